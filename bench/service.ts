import { yaml } from './folder.ts'

/** A class of the user's own, profiled through `instrumentations:`; a module, since the entry file can't be hooked. */
export const service = `
export class Service {
  async m(a, b) { return a }
}
export const original = Service.prototype.m`

/** The configuration's text that profiles it in full, unrestrained; `more` takes the place of what it names. */
export const configOf = (more: object) =>
  yaml({
    enabled: true,
    mode: 'full',
    max_records_per_minute: 1e9,
    thresholds: { slow_call_ms: 0 },
    limits: { self_cpu_percent: 0 },
    instrumentations: [
      {
        name: 'own-search',
        module: './service.mjs',
        target: 'semantic_search',
        methods: [{ at: 'Service.prototype.m', scope: 'search', metadata: { query_len: 'args.0', top_k: 'args.1' } }],
      },
    ],
    ...more,
  })

/** An application that calls it: the best of five rounds, in nanoseconds a call, is then `best`. */
export const timing = `
const calls = Number(process.argv[2])
const o = new Service()
let best = Infinity
for (let round = 0; round < 5; round++) {
  const began = process.hrtime.bigint()
  for (let i = 0; i < calls; i++) await o.m(1, 2)
  best = Math.min(best, Number(process.hrtime.bigint() - began) / calls)
}`
