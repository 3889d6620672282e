/** Where a test stands, as a pattern sees it: its file from the working directory on, and its titles. */
export interface Named {
  readonly file: string
  /** Of its suites and itself, the outermost first; undefined where they are hashed. */
  readonly titles: readonly string[] | undefined
}

const between = ' > '

/**
 * Reads a pattern of a file (`search/**`), of titles (`search > *`), or of both (`test/*.js > search > **`): `*` stands for
 * any text within one part of a path or one title, `**` for any text.
 */
export function compilePattern(pattern: string): (named: Named) => boolean {
  const parts = pattern.split(between)
  const [file = '', ...titles] = parts
  const ofFile = parts.length === 1 ? exactly(pathOf(file)) : undefined
  const ofTitles = exactly(parts.map(titleOf).join(between))
  const ofBoth = titles.length > 0 ? exactly([pathOf(file), ...titles.map(titleOf)].join(between)) : undefined
  return (named) => {
    if (ofFile?.test(named.file)) return true
    const all = named.titles?.join(between)
    return all !== undefined && (ofTitles.test(all) || (ofBoth?.test(named.file + between + all) ?? false))
  }
}

const exactly = (source: string) => new RegExp(`^${source}$`, 's')

/** `**` before a slash may stand for no folder at all. */
const pathOf = (glob: string) =>
  glob
    .replaceAll('\\', '/')
    .replace(/^\.\//, '')
    .replaceAll(/\*\*\/|\*+|[^*]+/g, (part) => {
      if (part === '**/') return '(?:.*/)?'
      return part.startsWith('*') ? (part === '*' ? '[^/]*' : '.*') : escaped(part)
    })

const titleOf = (glob: string) =>
  glob.replaceAll(/\*+|[^*]+/g, (part) => {
    if (!part.startsWith('*')) return escaped(part)
    return part === '*' ? '(?:(?! > ).)*' : '.*'
  })

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
