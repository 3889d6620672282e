import { schema } from '../../agent/config/schema.ts'
import { plain } from '../style.ts'
import type { Library, Project } from './project.ts'

/** The text of a first crossbridge.yml, for what the project uses. */
export function fileFor({ libraries, isInstalled }: Pick<Project, 'libraries' | 'isInstalled'>): string {
  const supported = libraries.filter(({ fit }) => fit !== 'unsupported')
  const repeats = Object.hasOwn(schema, 'find_repeats') ? 'find_repeats: true' : '# find_repeats: true'
  return [
    ...(isInstalled ? ['# yaml-language-server: $schema=./node_modules/@crossbridge/agent/schema.json'] : []),
    '# What each option means: node_modules/@crossbridge/agent/docs/options.md',
    'runtime:',
    '  profiling:',
    line('enabled: true', 'CROSSBRIDGE_PROFILING_ENABLED=false switches it off without touching this file'),
    line('mode: full', 'looks at every call; in production: sampling'),
    line('sample_rate: 0.1', 'the share of the calls that `mode: sampling` looks at; in production 0.01 to 0.05'),
    '',
    ...(supported.length > 0
      ? [
          '    # What to profile; what is not named is not touched. [] profiles all that the agent knows.',
          '    targets:',
        ]
      : [
          '    # What to profile: targets (vector_store), libraries (qdrant), your own entries. [] is all that there is.',
          '    targets: []',
        ]),
    ...libraries.map(lineOf),
    '',
    '    thresholds:',
    line('  slow_call_ms: 0', 'faster calls leave no record; 0 records all, in production some 500'),
    line('max_records_per_minute: 100000', 'of each thread; in production some 100 to 1000'),
    '',
    line('requests: true', 'which request each call was part of; costs a little on Node 20 and 22'),
    line(repeats, 'counts inputs that were embedded before, without keeping them'),
    '',
    '    output:',
    line('  type: file', 'JSON lines; log writes them to stderr'),
    line('  path: ./data/profiling/profile.jsonl', 'relative to the working directory'),
    line('  rotate: { size_mb: 100, keep: 5 }', 'a file that is full is renamed to .1, and so on'),
    '',
    '    # Functions of your own, and packages that the agent does not know: npx @crossbridge/agent discover ./src/file.js',
    ...(supported.length > 0 ? ['    # Name their entries in targets too.'] : []),
    '    # instrumentations:',
    '',
  ].join('\n')
}

const line = (option: string, comment: string) => `    ${option.padEnd(40)} # ${comment}`

function lineOf(library: Library): string {
  const isOff = library.fit === 'unsupported'
  return `${isOff ? '      # ' : '      '}${`- ${library.name}`.padEnd(isOff ? 36 : 38)} # ${plain(stateOf(library))}`
}

/** `openai 7.57.0, tested`. */
export function stateOf({ module, version, range, fit, through }: Library): string {
  const states = {
    tested: 'tested',
    untested: `newer than what is tested (${range}); profiled if all is where it was`,
    unsupported: `older than what is supported (${range})`,
  }
  const by = through === undefined ? '' : `, by ${through}`
  return `${module} ${version ?? '(not installed yet)'}${by}, ${states[fit]}`
}
