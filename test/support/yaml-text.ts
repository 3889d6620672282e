/** Configurations as texts, spelt in every way that YAML has, some of them broken. */
export function createTexts(random: () => number): { enabled(): string; plain(): string } {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const chance = (share: number) => random() < share
  const times = (most: number) => Math.floor(random() * (most + 1))

  const escaped = (word: string) => {
    const at = times(word.length - 1)
    const code = word.charCodeAt(at).toString(16)
    const spelt = pick([
      `\\x${code.padStart(2, '0')}`,
      `\\u${code.padStart(4, '0')}`,
      `\\U${code.padStart(8, '0')}`,
      '\\\n ',
    ])
    return `"${word.slice(0, at)}${spelt}${word.slice(at + (spelt.startsWith('\\\n') ? 0 : 1))}"`
  }
  const key = (word: string) =>
    chance(0.8)
      ? word
      : pick([
          `"${word}"`,
          `'${word}'`,
          escaped(word),
          `! ${word}`,
          `!!str ${word}`,
          `&k${times(3)} ${word}`,
          word.toUpperCase(),
        ])
  const colon = () => (chance(0.85) ? ': ' : pick([':', ' : ', ':  ', ':\t', ' :\t', ':\n      ', ': \n        ']))
  const yes = () =>
    chance(0.5)
      ? 'true'
      : pick([
          'False',
          'false',
          'false',
          'false',
          'True',
          'TRUE',
          '!!bool true',
          '! true',
          '&t true',
          '*on',
          `\${ON}`,
          `\${NONE:-true}`,
          `\${env:ON}`,
          `\${O}`,
          `"\${ON}"`,
        ])
  const no = () =>
    chance(0.7) ? 'false' : pick(['False', 'no', '"false"', "'false'", 'off', '0', '~', '', '!!bool false'])
  const end = () =>
    chance(0.7)
      ? ''
      : pick([' ', '\t', ' # a comment', ' # enabled: true', ' # enabled: false', '#', ' #', '  # é', ','])
  const other = () =>
    pick([
      'mode: full',
      'sample_rate: 0.25',
      'thresholds: { slow_call_ms: 3 }',
      'targets: [openai, "pg"]',
      'reload: true',
      '"rel\\x6fad": true',
      '# reload: true',
      'reload: false',
      'reload_signal: SIGUSR2',
      'lock: true',
      `enabled: ${no()}`,
      'type: runtime',
      "errors: 'always'",
      'benchmarking: { enabled: false }',
      'output: { type: none }',
      'note: "enabled: false"',
      "note: 'enabled: false'",
      'note: |\n      enabled: false\n      enabled: true',
      'note: >-\n      enabled: false',
      '<<: *off',
      '<<: [*off, *yes]',
      '<<: *yes',
      '? enabled\n    : true',
      '? enabled\n    : false',
      '# enabled: false',
      '# enabled: true',
      'include_metadata: no',
    ])

  const flow = (): string => {
    const parts = [`${key('enabled')}${colon()}${yes()}`]
    for (let i = times(2); i > 0; i--) {
      const more = other()
      if (!/[\n#]/.test(more)) parts.splice(times(parts.length), 0, more)
    }
    return `{ ${parts.join(pick([', ', ',', ',\n      ', ' , ']))} }`
  }
  const block = (indent: string): string => {
    const lines = [`${key('enabled')}${colon()}${yes()}${end()}`]
    for (let i = times(3); i > 0; i--) lines.splice(times(lines.length), 0, other() + end())
    return lines.map((line) => `${indent}${line}\n`).join('')
  }
  const section = () => {
    if (chance(0.2)) return ` ${flow()}\n`
    if (chance(0.1)) return ` &own\n${block('    ')}`
    if (chance(0.15)) return `${end()}\n    ${pick(['enabled: false\n    ', ''])}runtime:\n${block('      ')}`
    return `${end()}\n${block(chance(0.9) ? '    ' : pick(['   ', '\t', '      ']))}`
  }
  const around = () =>
    chance(0.6)
      ? ''
      : pick([
          'crossbridge: { enabled: false }\n',
          'off: &off { enabled: false }\n',
          'yes: &yes { enabled: true }\n',
          'a: &on true\n',
          'logging:\n  enabled: false\n',
          '# enabled: false\n',
          '\n',
          '\uFEFF',
          '%YAML 1.2\n---\n',
          '---\n',
          '---\nruntime: 1\n...\n',
          'test: |\n  enabled: false\n',
          '!!map\n',
          "'enabled': false\n",
          '"enabled" : false\n',
          'x: {enabled: false}\n',
        ])
  const mutate = (text: string): string => {
    const at = times(text.length)
    const next = text.slice(at)
    switch (times(5)) {
      case 0:
        return text.slice(0, at) + next.slice(1)
      case 1:
        return text.slice(0, at) + pick([...' \t\n\r:#{}[],"\'\\!&*?|>%@`-$~.\u00e9\u2028\u0085\uFEFF\0']) + next
      case 2:
        return (
          text.slice(0, at) +
          pick(['false', 'true', 'enabled', 'enabled: false', ': ', '\r\n', `\${ON}`, '- ', '<<', '# ']) +
          next
        )
      case 3: {
        const lines = text.split('\n')
        const line = lines.splice(times(lines.length - 1), 1)
        lines.splice(times(lines.length), 0, ...line, ...(chance(0.5) ? line : []))
        return lines.join('\n')
      }
      case 4:
        return text.replaceAll('\n', '\r\n')
      default:
        return text.replace(/^ +/gm, (indent) => (chance(0.1) ? `${indent} ` : indent))
    }
  }
  const mutated = (text: string, share: number) => {
    let made = text
    while (chance(share)) made = mutate(made)
    return made
  }

  const word = () => pick(['full', 'true', '0.5', '300', './a/b.jsonl', 'vector_store', '[a, b]', '"a b"', "'c'"])
  const scalar = () => (chance(0.85) ? word() : rare())
  const rare = () =>
    pick([
      'true',
      'false',
      'True',
      'null',
      'Null',
      '~',
      'yes',
      'off',
      '0',
      '1',
      '-1',
      '+1',
      '007',
      '0o17',
      '0x1F',
      '1e3',
      '1.50',
      '-0.25',
      '.5',
      '5.',
      '.inf',
      '.NaN',
      '1_000',
      '12345678901234567890',
      '2026-07-01',
      '12:30',
      './a b/{pid}.jsonl',
      './data/profile.jsonl',
      '../x',
      '/var/log/a.jsonl',
      'http://127.0.0.1:4318/v1',
      'vector_store.search',
      'a - b',
      'a -b',
      '- a',
      'a: b',
      'a:b',
      'a :b',
      'a #b',
      'a#b',
      'a,b',
      'a  b',
      '-',
      '--',
      '---',
      '...',
      '=',
      '~/x',
      '<',
      '<<',
      '@a',
      '`a`',
      '%a',
      '(a)',
      'a)',
      'a@b.c',
      'caf\u00e9',
      '"caf\u00e9 #1: x"',
      "'it''s'",
      '\'a "b" c\'',
      '"a\\tb"',
      '"a\tb"',
      "''",
      '""',
      "'a' b",
      '"a": b',
      `\${ON}`,
      `'\${ON}'`,
      '$$',
      '*a',
      '&a b',
      '!!str 1',
      '|',
      '>-',
      '? a',
      '',
      'a\n      b',
      '_',
      'a.b-c',
      '[]',
      '[ ]',
      '[a]',
      '[a, b]',
      '[ a , "b c" ,\'d\' ]',
      '[a, ]',
      '[,]',
      '[a b]',
      '[a: b]',
      '[1, 2]',
      '[true, null, ~]',
      '[./a, .5, ..]',
      '[a,b]',
      '[a,\n      b]',
      '[[a], b]',
      '{}',
      '{ a: b }',
      '{a: 1, b}',
      '[a]b',
      '[a] # b',
      '["a"b]',
      'x\u2028y',
      '"x\u2028y"',
      '\u0085',
      'a\u00a0b',
    ])
  const tail = () =>
    chance(0.9) ? '' : pick([' ', '  ', '\t', ' # a: b', ' #', ' # caf\u00e9\t\u2028', '#', '  # \uFEFF', ' \t# x'])
  const gap = () =>
    chance(0.9) ? '' : pick(['\n', '# a comment\n', '   # deep\n', '  \n', '\t\n', '      # enabled: true\n', '#\n'])
  const name = () => (chance(0.96) ? `${pick(['mode', 'out.put', 'a-b', 'c_'])}${times(60)}` : rareName())
  const rareName = () =>
    pick([
      'enabled',
      'mode',
      'output',
      'type',
      'path',
      'a',
      'b.c',
      'd-e',
      'f_1',
      'true',
      'null',
      '1',
      'a b',
      '"q"',
      '<<',
      'caf\u00e9',
    ])
  const blocks = (indent: string, depth: number): string =>
    Array.from({ length: 1 + times(3) }, () => `${indent}${name()}:${valueAt(indent, depth)}${gap()}`).join('')
  const valueAt = (indent: string, depth: number): string => {
    if (depth === 0 || chance(0.6)) return `${chance(0.95) ? ' ' : pick(['  ', '', '\t'])}${scalar()}${tail()}\n`
    const deeper = indent + pick(['  ', '  ', '    ', ' '])
    if (chance(0.6)) return `${tail()}\n${gap()}${blocks(deeper, depth - 1)}`
    const at = chance(0.3) ? indent : deeper
    return `${tail()}\n${Array.from({ length: 1 + times(2) }, () => listItem(at, depth - 1)).join('')}`
  }
  const listItem = (at: string, depth: number) => {
    const dash = chance(0.97) ? pick(['- ', '-   ']) : '-'
    if (chance(0.5)) return `${at}${dash}${scalar()}${tail()}\n${gap()}`
    const indent = at + ' '.repeat(dash.length)
    return `${at}${dash}${blocks(indent, depth).slice(indent.length)}`
  }
  const plain = () => {
    const beside = chance(0.5) ? '' : blocks('  ', 1)
    return `${gap()}runtime:${tail()}\n${beside}  profiling:${tail()}\n${gap()}${blocks('    ', 2)}${chance(0.7) ? '' : beside}`
  }

  return {
    /** Most of them enable profiling. */
    enabled: () => mutated(`${around()}${key('runtime')}:\n  ${key('profiling')}:${section()}${around()}`, 0.4),
    /** Most of them without any of the rarer words. */
    plain: () => mutated(plain(), 0.2),
  }
}
