import type { Node } from './document.ts'
import { isEmpty } from './option.ts'
import { schema } from './schema.ts'

/** What a variable may set when the file is locked: whether the value is at least as tight as the file's. */
type Rule = (inFile: unknown, given: unknown, said: (path: string) => unknown) => boolean

const rule =
  <T>(isTight: (inFile: T, given: T, said: (path: string) => unknown) => boolean): Rule =>
  (inFile, given, said) =>
    isTight(inFile as T, given as T, said)
const only = (value: unknown): Rule => rule((_, given) => given === value)
const less = rule<number>((inFile, given) => given <= inFile)
const more = rule<number>((inFile, given) => given >= inFile)

/** Names that the file's names take in; none at all means every one there is. */
const within = rule<readonly string[]>(
  (inFile, given) =>
    inFile.length === 0 ||
    (given.length > 0 && given.every((name) => inFile.some((one) => name === one || name.startsWith(`${one}.`)))),
)

/** Each of the file's names, as high or higher; another only where it can lower nothing, whatever it takes precedence of. */
const byTarget = rule<Readonly<Record<string, number>>>((inFile, given, said) => {
  const highest = Math.max(said('thresholds.slow_call_ms') as number, ...Object.values(inFile))
  const names = new Set([...Object.keys(inFile), ...Object.keys(given)])
  return [...names].every((name) => {
    const least = Object.hasOwn(inFile, name) ? (inFile[name] as number) : highest
    return Object.hasOwn(given, name) && (given[name] as number) >= least
  })
})

/** By option; one that is not here can't be changed by a variable at all. */
export const rules: Readonly<Record<string, Rule>> = {
  enabled: only(false),
  mode: only('sampling'),
  level: only('basic'),
  targets: within,
  'thresholds.slow_call_ms': more,
  'thresholds.memory_mb': more,
  'thresholds.by_target': byTarget,
  sample_rate: less,
  'output.type': only('none'),
  'alerts.type': only('none'),
  errors: only('threshold'),
  'request.log_ids': only(false),
  requests: only(false),
  max_records_per_minute: less,
  include_metadata: only(false),
  find_repeats: only(false),
  include_stack_trace: only(false),
  'limits.self_cpu_percent': rule<number>((inFile, given) => given > 0 && (inFile === 0 || given <= inFile)),
  reload: only(false),
  reload_signal: only('none'),
}

/** Whether a variable's value may take the place of the file's; `said` gives what the file says of other options. */
export function isTight(path: string, inFile: unknown, given: unknown, said: (path: string) => unknown): boolean {
  if (JSON.stringify(inFile) === JSON.stringify(given)) return true
  return Object.hasOwn(rules, path) && (rules[path] as Rule)(inFile, given, said)
}

/** Why a variable is ignored. */
export const lockedBy = (location: string | undefined) =>
  `and variables may only tighten what the file says (lock, ${location})`

/** Where the file locks itself. A `lock` that can't be read is taken for one that locks. */
export function lockOf(root: Node | undefined, at: (node: { at: number }) => string): string | undefined {
  const node = root?.kind === 'map' ? root.entries.find(({ key }) => key === 'lock')?.value : undefined
  if (node === undefined || isEmpty(node)) return undefined
  const reading = schema.lock.read(node)
  return 'value' in reading && !reading.value ? undefined : at(node)
}
