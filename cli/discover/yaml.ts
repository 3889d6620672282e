import { plain } from '../style.ts'
import type { Guess } from './guess.ts'
import type { Unreachable } from './model.ts'

/** All that `discover` says of a file or package. */
export interface Listing {
  readonly name: string
  /** As the entry names it: a package, or a file relative to the configuration. */
  readonly module: string
  readonly versions?: string | undefined
  readonly target: string
  readonly methods: readonly Guess[]
  readonly unreachable: readonly Unreachable[]
  readonly notes: readonly string[]
}

const mostUnreachable = 30
const whole = `runtime:
  profiling:
    enabled: true
    mode: full                    # every call; in production: sampling
    thresholds: { slow_call_ms: 0 }  # 0 records all
    output: { type: file, path: ./data/profiling/profile.jsonl }
`

/** The section to paste below `runtime.profiling`, or a whole file. */
export function yamlOf(listing: Listing, isWhole: boolean): string {
  const { name, module, versions, target, methods, unreachable, notes } = listing
  const comment = (text: string) => `    # ${plain(text)}\n`
  const entry = [
    `      - name: ${scalar(name)}\n`,
    `        module: ${scalar(module)}\n`,
    ...(versions === undefined ? [] : [`        versions: ${JSON.stringify(versions)}\n`]),
    `        target: ${scalar(target)}\n`,
    '        methods:\n',
    ...methods.map((method) => `          - ${lineOf(method, target)}\n`),
  ]
  const lost = unreachable
    .slice(0, mostUnreachable)
    .map(({ name, location, why }) => comment(`  ${name}${location ? ` (${location})` : ''}: ${why}`))
  const more = unreachable.length - lost.length
  return [
    isWhole ? whole : '',
    ...notes.map(comment),
    methods.length > 0 ? '    instrumentations:\n' : '',
    ...(methods.length > 0 ? entry : []),
    ...(lost.length > 0 ? [comment('Out of reach:'), ...lost] : []),
    more > 0 ? comment(`  and ${more} more`) : '',
  ].join('')
}

function lineOf({ at, scope, target, callback, metadata, location }: Guess, usual: string): string {
  const pairs = Object.entries(metadata).map(([key, path]) => `${key}: ${scalar(path)}`)
  const parts = [
    `at: ${scalar(at.replaceAll('$$', () => '$$$$'))}`,
    `scope: ${scalar(scope)}`,
    ...(target === usual ? [] : [`target: ${scalar(target)}`]),
    ...(!callback ? [] : ['ends: { kind: callback }']),
    ...(pairs.length > 0 ? [`metadata: { ${pairs.join(', ')} }`] : []),
  ]
  return `{ ${parts.join(', ')} }${location === undefined ? '' : ` # ${plain(location)}`}`
}

/** A word as it is where YAML takes it for a text, else in quotes. */
function scalar(text: string): string {
  const isText =
    /^[A-Za-z_./@][\w./@()^$-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/i.test(text)
  return isText && !/^@/.test(text) ? text : JSON.stringify(text)
}
