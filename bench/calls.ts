import { join } from 'node:path'
import { environment, nodes, register, runNode, withFiles } from './folder.ts'
import { configOf, service, timing } from './service.ts'
import { paired, quartiles, type Row, show, verdict } from './stats.ts'

const variants = ['bare', 'again', 'untargeted', 'sampled', 'timed', 'recorded'] as const
type Variant = (typeof variants)[number]

/** Prints the nanoseconds a call, and whether the method is still the module's own function. */
const app = `
import { Service, original } from './service.mjs'
${timing}
console.log(JSON.stringify({ best, same: Service.prototype.m === original }))`

/** The default thresholds but where a variant has its own. */
const config = (more: object) =>
  configOf({ thresholds: {}, output: { type: 'file', path: './profile.jsonl' }, ...more })
const configs: Partial<Record<Variant, string>> = {
  untargeted: config({ targets: ['vector_store'] }),
  sampled: config({ mode: 'sampling', sample_rate: 0.000001 }),
  timed: config({ thresholds: { slow_call_ms: 1e6 } }),
  recorded: config({ thresholds: { slow_call_ms: 0 } }),
}
/** The ledger's words that prove that a variant has measured what it claims. */
const proof: Partial<Record<Variant, RegExp>> = {
  untargeted: /disabled .*: .*own-search/,
  sampled: /seen, \d+ sampled out/,
  timed: /seen, \d+ under threshold/,
  recorded: /seen, \d+ emitted\n/,
}

/** Measures one call over a bare `await` of the same method, a process a variant. */
export function calls(quick: boolean): Row[] {
  const files = Object.fromEntries(
    variants.flatMap((variant) => [
      [`${variant}/app.mjs`, app],
      [`${variant}/service.mjs`, service],
      ...(configs[variant] === undefined ? [] : [[`${variant}/crossbridge.yml`, configs[variant]]]),
    ]),
  ) as Record<string, string>

  return withFiles(files, (folder) =>
    nodes.flatMap(({ major, path }) => {
      const untouched: boolean[] = []
      const { differences, values } = paired(quick ? 1 : 11, variants, 'bare', (variant) => {
        const preload = configs[variant] === undefined ? [] : ['--import', register]
        const count = (variant === 'recorded' ? 20_000 : 200_000) / (quick ? 10 : 1)
        const env = { ...environment, CROSSBRIDGE_PROFILING_DEBUG: '1' }
        const { stdout, stderr } = runNode(path, [...preload, 'app.mjs', `${count}`], join(folder, variant), env)
        if (!(proof[variant]?.test(stderr) ?? true)) throw new Error(`${variant} is not what ran: ${stderr}`)
        const { best, same } = JSON.parse(stdout)
        if (variant === 'untargeted') untouched.push(same)
        return best
      })

      const row = (what: string, variant: Variant, most: number): Row => {
        const spread = quartiles(differences[variant])
        return {
          what: `call: ${what}`,
          node: `${major}`,
          reach: `≤ +${most} ns`,
          measured: show(spread, 'ns', 0),
          verdict: verdict(spread.median, most, 'ns', 0),
        }
      }
      const bare = quartiles(values.bare).median.toFixed(0)
      const untargeted = show(quartiles(differences.untargeted), 'ns', 0)
      const same = untouched.every(Boolean)
      return [
        {
          what: 'call: bare against itself (what the pairs can tell)',
          node: `${major}`,
          reach: '',
          measured: show(quartiles(differences.again), `ns on ${bare} ns`, 0),
          verdict: '',
        },
        {
          what: 'call: not targeted',
          node: `${major}`,
          reach: 'the original function',
          measured: `${same ? '' : 'not '}\`===\`, ${untargeted}`,
          verdict: same ? 'met' : 'missed',
        },
        row('sampled out', 'sampled', 40),
        row('timed, under the threshold', 'timed', 250),
        row('recorded with metadata to a file', 'recorded', 6000),
      ]
    }),
  )
}
