import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { manifestOf } from '../../agent/manifest.ts'
import { builtIns } from '../../build/libraries.ts'
import { everything, libraryFormats, type Outcome, root, run, sets } from '../support/application.ts'
import { engines } from '../support/engine-rows.ts'
import type { Exchange, Loopback } from '../support/openai-server.ts'
import { type Facts, wires } from '../support/wire-rows.ts'

// One table: what a stand-in was sent and answered, or an engine handed out, beside what the record says. No number
// stands in its rows: each is taken from the wire or the result.

for (const packages of sets)
  describe(`what was sent and answered, and what the record says of it (${packages})`, () => {
    let servers: readonly Loopback[] = []
    let outcome: Outcome
    before(async () => {
      servers = await Promise.all(Object.values(wires).map(({ server }) => server()))
      outcome = await run({
        packages,
        format: libraryFormats[0] ?? 'mjs',
        config: everything,
        imports: Object.values(wires).flatMap(({ imports }, i) =>
          imports.map(([of, module]) => [renamed(of, i), module] as const),
        ),
        timeoutMs: 120_000,
        body: Object.values(wires)
          .map(
            ({ client, rows }, i) => `{
              const url = '${servers[i]?.url}'
              const client = ${client.replace('new Client(', `new Client${i}(`)}
              ${rows.map(([, call]) => `await (${call}).catch((error) => print(error.name))`).join('\n')}
            }`,
          )
          .join('\n'),
      })
    })
    after(() => Promise.all(servers.map(({ close }) => close())))

    for (const [i, library] of Object.keys(wires).entries())
      it(`is the same for ${library}`, (test) => {
        const exchanges = servers[i]?.exchanges ?? []
        const records = outcome.records.filter((record) => record.library === library)

        assert.equal(exchanges.length, wires[library]?.rows.length, outcome.stderr)
        for (const [at, [scope, , really]] of (wires[library]?.rows ?? []).entries()) {
          beside(test, scope, really(exchanges[at] as Exchange), records[at])
        }
        assert.equal(records.length, exchanges.length)
      })
  })

for (const packages of sets)
  describe(`what engines did, and what the record says of it (${packages})`, () => {
    const all = Object.values(engines)
    let servers: readonly (Awaited<ReturnType<NonNullable<(typeof all)[number]['server']>>> | undefined)[] = []
    let outcome: Outcome
    before(async () => {
      servers = await Promise.all(all.map(({ server }) => server?.()))
      const bodies = all.map(
        ({ setUp, rows, end = '' }, i) => `{
          const url = '${servers[i]?.url}'
          ${setUp}
          ${rows
            .map(
              ([, call, did], at) => `{
                const from = lines()
                const result = await Promise.resolve(${call}).catch((error) => error)
                const did = await (async () => (${did}))().catch((error) => ({ failed: error.message }))
                print({ row: '${i} ${at}', from, did })
              }`,
            )
            .join('\n')}
          ${end}
        }`,
      )
      outcome = await run({
        packages,
        format: libraryFormats[0] ?? 'mjs',
        config: everything,
        imports: [...all.flatMap(({ imports }) => imports), ['* as fs_', 'node:fs']],
        timeoutMs: 120_000,
        body: `const lines = () => fs_.existsSync('profile.jsonl') ? fs_.readFileSync('profile.jsonl', 'utf8').split('\\n').filter((line) => line !== '' && !line.includes('"library":"agent"')).length : 0
          ${bodies.join('\n')}`,
      })
    })
    after(() => Promise.all(servers.map((server) => server?.close())))

    for (const [i, [library, { rows }]] of Object.entries(engines).entries())
      it(`is the same for ${library}`, (test) => {
        for (const [at, [scope]] of rows.entries()) {
          const printed = outcome.printed as { row: string; from: number; did: Facts }[]
          const found = printed.find(({ row }) => row === `${i} ${at}`)
          const record = outcome.records.slice(found?.from).find((one) => one.library === library)
          assert.ok(found, outcome.stderr)
          beside(test, scope, found.did, record)
        }
      })
  })

it('names what has no row yet, each scope of each library once', () => {
  const missing = builtIns.flatMap((library) => {
    const seen = new Set((wires[library.name] ?? engines[library.name])?.rows.map(([scope]) => scope))
    const scopes = manifestOf(library).scopes.filter((scope) => !seen.has(scope))
    return scopes.length > 0 ? [[library.name, scopes.sort().join(' ')]] : []
  })

  // What is compared in the library's own test alone.
  const known = JSON.parse(readFileSync(join(root, 'test/without-row.json'), 'utf8'))
  assert.deepEqual(Object.fromEntries(missing), known)
})

/** Of what the wire or the engine tells, the record says the same. */
// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
function beside(test: TestContext, scope: string, facts: Facts, record: any): void {
  const { name, metadata, status, error } = record ?? {}
  const told = Object.fromEntries(Object.keys(facts).map((key) => [key, { ...metadata, status, error }[key]]))

  test.diagnostic(`${scope} ${JSON.stringify(facts)}`)
  assert.deepEqual([name, told], [scope, facts])
  assert.ok(!Object.values(facts).includes(undefined), `${scope}: it tells less than it seems`)
}

/** Several packages have a class of this name. */
const renamed = (of: string, i: number) => of.replace('{ Client }', `{ Client as Client${i} }`)
