import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import semver from 'semver'
import { manifests } from '../../agent/library.ts'
import { manifestOf } from '../../agent/manifest.ts'
import { builtIns } from '../../build/libraries.ts'
import { everything, type Outcome, type PackageSet, root, run, sets } from '../support/application.ts'
import { all } from '../support/rows/all.ts'
import { bodyOf, partsOf } from '../support/rows/body.ts'
import type { Facts, Rows } from '../support/rows/row.ts'

// One table: what a stand-in was sent and answered, or an engine did, beside what the record says. No number stands in
// its rows: each is taken from the wire or asked of the engine.

/** Those of this Node first; what stands nowhere else, or does not run elsewhere, comes from the others. */
const order: readonly PackageSet[] = [
  ...sets,
  ...(['current', 'previous'] as const).filter((set) => !sets.includes(set)),
]
const homes = Object.entries(all).map(([library, rows]) => ({ library, rows, home: homeOf(rows) }))

for (const packages of order) {
  const mine = homes.filter(({ home }) => home === packages)
  if (mine.length > 0)
    describe(`what was really done, and what the record says of it (${packages})`, () => beside(packages, mine))
}

for (const { library } of homes.filter(({ home }) => home === undefined))
  it(`is the same for ${library}`, { skip: 'no version of it runs on this Node' }, () => {})

it('names what has no row, each scope of each library once, with its reason', () => {
  const missing = builtIns.flatMap((library) => {
    const seen = new Set(all[library.name]?.rows.map(([scope]) => scope))
    return manifestOf(library).scopes.flatMap((scope) => (seen.has(scope) ? [] : [`${library.name} ${scope}`]))
  })

  const known: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(join(root, 'test/without-row.json'), 'utf8'),
  )
  const named = Object.entries(known).flatMap(([library, scopes]) =>
    Object.entries(scopes).map(([scope, reason]) => [`${library} ${scope}`, reason] as const),
  )
  assert.deepEqual(missing.sort(), named.map(([scope]) => scope).sort())
  for (const [scope, reason] of named) assert.match(reason, /\w+ \w+/, scope)
})

function beside(packages: PackageSet, mine: readonly { library: string; rows: Rows }[]): void {
  let servers: readonly (Awaited<ReturnType<NonNullable<Rows['server']>>> | undefined)[] = []
  let outcome: Outcome
  before(async () => {
    servers = await Promise.all(mine.map(({ rows: { server } }) => server?.()))
    outcome = await run({
      packages,
      format: 'mjs',
      // An empty list leaves drivers out.
      config: { ...everything, targets: manifests().flatMap(({ scopes }) => scopes) },
      imports: [...mine.flatMap(({ rows: { imports } }) => imports), ['* as fs_', 'node:fs']],
      // Which the AWS SDK otherwise says where Node 20 runs it.
      env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      body: bodyOf(mine.map(({ library, rows }, i) => ({ library, rows, url: servers[i]?.url }))),
    })
  })
  after(() => Promise.all(servers.map((server) => server?.close())))

  for (const [i, { library, rows }] of mine.entries())
    it(`is the same for ${library}`, (test) => {
      const exchanges = servers[i]?.exchanges ?? []
      for (const [at, [scope, , really]] of rows.rows.entries()) {
        const { from, to, error, did, records } = partsOf(outcome, `${library} ${at}`)
        const mine = exchanges.filter((one) => one.from >= from && one.from <= to)
        const last = mine.at(-1)
        assert.ok(last || typeof really === 'string', `${library} ${scope}: nothing arrived`)
        const facts: Facts = typeof really === 'string' ? did : last && really(last, mine)
        const told = records.filter((record) => record.library === library && record.name === scope)

        test.diagnostic(`${scope} ${JSON.stringify(facts)}`)
        assert.equal(told.length, 1, `${library} ${scope}: ${told.length} records`)
        same(test, scope, { error, ...facts }, told[0])
        // It began before the stand-in heard of it, and ended when the application had its answer.
        assert.ok(told[0].duration_ms <= to - from + 0.01, `${scope}: longer than the call took`)
        if (last && !told[0].metadata?.stream) {
          const took = last.to - (mine[0]?.from ?? last.from)
          assert.ok(told[0].duration_ms >= took - 0.01, `${scope}: ${told[0].duration_ms} ms of ${took} ms`)
        }
      }
    })
}

/** Of what was really done, the record says the same. */
// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
function same(_test: TestContext, scope: string, facts: Facts, { metadata, status, error }: any): void {
  const { error: failed, ...rest } = facts
  const told = Object.fromEntries(Object.keys(rest).map((key) => [key, { ...metadata, status }[key]]))

  assert.deepEqual({ scope, ...told }, { scope, ...rest })
  assert.ok(
    failed === undefined ? error === undefined : [failed].flat().includes(error),
    `${scope}: ${error}, not ${failed}`,
  )
  // That a connection was waited for, its time tells alone.
  const isTold = failed || scope === 'database.connect' || Object.keys(rest).length > 0
  assert.ok(isTold, `${scope}: it tells nothing`)
  assert.ok(!Object.values(rest).includes(undefined), `${scope}: it tells less than it seems`)
}

/** The set that has it in a version that this Node runs. */
function homeOf({ imports, packages }: Rows): PackageSet | undefined {
  const runs = (set: PackageSet) => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'test/packages', set, 'package.json'), 'utf8'))
    // What is brought by another may stand in a set that does not name it.
    const brought = packages !== undefined
    return imports.every(([, module]) => {
      if (module.startsWith('.')) return true
      if (module.startsWith('node:')) return isBuiltin(module)
      const name = module.split('/', module.startsWith('@') ? 2 : 1).join('/')
      if (dependencies[name] === undefined && !brought) return false
      const manifest = join(root, 'test/packages', set, 'node_modules', name, 'package.json')
      return semver.satisfies(process.versions.node, JSON.parse(readFileSync(manifest, 'utf8')).engines?.node ?? '*')
    })
  }
  return (packages ? [packages] : order).find(runs)
}
