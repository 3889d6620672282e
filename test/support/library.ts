import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import semver from 'semver'
import {
  everything,
  type Format,
  type Import,
  isWhole,
  libraryFormats,
  type Outcome,
  type PackageSet,
  root,
  run,
} from './application.ts'
import { divider, partOf, plain } from './transparent.ts'

/** What one run of a library's test is about. */
export interface Given {
  readonly packages: PackageSet
  readonly format: Format
  /** Of the installed package. */
  readonly version: string
  /** Of the server, without a slash at its end. */
  readonly url: string
}

export interface Library {
  /** The `library` of its records, and the name of its file in `instrumentations/`. */
  readonly name: string
  /** The package whose version is meant, and whose `engines` say on which Node it runs. */
  readonly module: string
  readonly packages: readonly PackageSet[]
  /** Why this version does not run on this Node, bare either. */
  readonly skip?: (given: Pick<Given, 'packages' | 'version'>) => string | false
  /** Started once for all runs; it speaks the real protocol on loopback. */
  readonly server?: () => Promise<{ readonly url: string; close(): Promise<void> }>
  readonly imports: readonly Import[] | ((given: Given) => readonly Import[])
  /** Statements before the calls: they make the clients. */
  readonly setUp: (given: Given) => string
  /** Statements after all calls: they close the clients. */
  readonly tearDown?: string
  readonly calls: readonly LibraryCall[]
  /** Expressions whose look (names, lengths, own properties) must be as without the agent. */
  readonly shapes: readonly string[]
  /** An expression of a promise that rejects; all about its error must be as without the agent. */
  readonly fails?: string
  /** An expression of a promise, for `i` from 0 to 99, all in flight at once: one record each. */
  readonly many?: string
  readonly env?: Readonly<Record<string, string>>
  /** Where an empty list does not take it in. */
  readonly targets?: readonly string[]
  /** Why its methods can't be given arguments that count how they are read, on this way. */
  readonly uncounted?: string | ((given: Given) => string | false)
}

export interface LibraryCall {
  /** A sentence about behaviour. */
  readonly it: string
  /** Statements; what the application sees, they `print`. Every text, key and row in them says `private`. */
  readonly body: string
  /**
   * The records, in the order of their ends: `{ scope: 'llm.generate', model: 'm' }`; each `…_ms` is `'ms'`, and what is
   * `'score'` here may be any number: versions of an engine reckon in different ways, and the test of what was really
   * done asks it. A failed call's `status` is looked at where one is named.
   */
  readonly records: readonly Readonly<Record<string, unknown>>[]
  /** Where the versions differ. */
  readonly when?: (given: Given) => boolean
}

type Mode = 'getters' | 'proxies'

const past: readonly PackageSet[] = ['previous', 'older', 'oldest', 'eldest']
/** The others are installed by `npm run test:all`. */
const always: readonly PackageSet[] = ['current', ...past]
const most = 100

/**
 * Tests a library's file on the real package: each call bare and profiled, in CJS and ESM, in every set of packages
 * that this Node runs. The transparency cases come with it.
 */
export function library(suite: Library): void {
  for (const packages of suite.packages) {
    if (!always.includes(packages) && !existsSync(folderOf(suite.module, packages))) continue
    const { version, engines } = installed(suite.module, packages)
    const misfit = engines && !semver.satisfies(process.versions.node, engines) && `${version} needs Node ${engines}`
    const skip = tooMany(packages) || misfit || suite.skip?.({ packages, version }) || false
    for (const format of libraryFormats) test(suite, packages, format, version, skip)
  }
}

function test(suite: Library, packages: PackageSet, format: Format, version: string, skip: string | false): void {
  describe(`${suite.name} ${version}, ${format}`, { skip }, () => {
    let bare: Outcome
    let profiled: Outcome
    let close = async () => {}
    const given = { packages, format, version, url: '' }
    const calls = suite.calls.filter(({ when }) => when?.(given) !== false)
    const bodies = calls.map(({ body }) => body)
    const parts = [...bodies, lookOf(suite.shapes), failing(suite.fails)]
    before(async () => {
      const server = await suite.server?.()
      if (server !== undefined) close = server.close
      const own = { ...given, url: server?.url ?? '' }
      // What a crowd shows is in its records.
      const outcomes = [true, false].map((isBare) =>
        run(applicationOf(suite, own, isBare ? parts : [...parts, crowd(suite.many)], isBare)),
      )
      ;[bare, profiled] = (await Promise.all(outcomes)) as [Outcome, Outcome]
    })
    after(() => close())

    const same = (i: number) => {
      const printed = partOf(bare.printed, i + 1)
      assert.deepEqual(partOf(profiled.printed, i + 1), printed)
      return { printed, records: partOf(profiled.records, i + 1) }
    }
    for (const [i, one] of calls.entries()) {
      it(one.it, () => {
        const { printed, records } = same(i)
        assert.ok(printed.length > 0, `a case that shows nothing: ${bare.stderr}`)
        assert.deepEqual(
          records.map((record, at) => shown(record, one.records[at])),
          one.records.map(({ scope, ...rest }) => ({ scope, library: suite.name, ...rest })),
        )
      })
    }
    it('looks as without the agent', () => {
      assert.equal(same(calls.length).printed.length, suite.shapes.length)
    })
    if (suite.fails !== undefined) {
      it('fails as without the agent: the same error, the same stack, one unhandledRejection', () => {
        const { printed, records } = same(calls.length + 1)
        assert.deepEqual(printed.at(-1), { unhandled: 1 })
        // What the shapes have begun, and nobody waits for, may end here; it does not fail.
        const failed = records.filter(({ error }) => error !== undefined)
        assert.equal(failed.length, 2, JSON.stringify(records))
        for (const { error } of failed) assert.equal(typeof error, 'string')
      })
    }
    if (suite.many !== undefined) {
      it(`keeps ${most} calls in flight apart`, () => {
        const [printed, records] = [profiled.printed, profiled.records].map((all) => partOf(all, calls.length + 3))
        assert.deepEqual(printed, [most])
        assert.equal(records?.length, most)
      })
    }
    const mode = countingOf(suite, packages, format)
    if (mode !== undefined)
      it(
        'reads no getter or proxy of the arguments',
        { skip: typeof suite.uncounted === 'function' ? suite.uncounted(given) : (suite.uncounted ?? false) },
        () => counts(suite, given, parts, mode),
      )
    it('says on stderr and ends as the bare one, and records no text, key or row', () => {
      assert.equal(plain(profiled.stderr), plain(bare.stderr))
      assert.deepEqual([profiled.code, profiled.signal], [bare.code, bare.signal])
      assert.deepEqual([bare.code, bare.signal], [0, null], bare.stderr)
      assert.doesNotMatch(JSON.stringify(profiled.records), /private/)
    })
  })
}

/**
 * How the arguments count: on Node 20, as getters for the current major and as proxies for the previous one, since what
 * is read is the same on each Node. Where 20 has shown no proxies, for there is no previous major or it does not run,
 * Node 22 does. What is imported can't be replaced twice, so it is CommonJS.
 */
function countingOf({ packages, module }: Library, set: PackageSet, format: Format): Mode | undefined {
  if (format !== 'cjs') return undefined
  if (process.versions.node.startsWith('20.'))
    return set === 'current' ? 'getters' : set === 'previous' ? 'proxies' : undefined
  const shown =
    packages.includes('previous') && semver.satisfies('20.19.0', installed(module, 'previous').engines ?? '*')
  return set === 'current' && (isWhole || !shown) ? 'proxies' : undefined
}

/** Every profiled method is called with arguments that count how they are read: as often with the agent as without. */
async function counts(suite: Library, given: Given, parts: readonly string[], mode: Mode) {
  const server = await suite.server?.()
  try {
    const own = { ...given, url: server?.url ?? '' }
    const env = { ...suite.env, CROSSBRIDGE_TEST_SHIM: JSON.stringify({ name: suite.name, mode }) }
    // After a full collection V8 is cold again, in one of the two runs alone; a heap of this size needs none.
    const args = ['--initial-heap-size=1024', '--import', new URL('./shim.js', import.meta.url).href]
    const outcomes = [true, false].map((isBare) => run({ ...applicationOf(suite, own, parts, isBare), env, args }))
    const [bare, profiled] = (await Promise.all(outcomes)) as [Outcome, Outcome]
    const [before, after] = [bare, profiled].map(({ printed }) => printed.at(-1)) as Record<string, number>[]
    const seen = ({ printed, code, signal }: Outcome) => ({ printed: printed.slice(0, -1), code, signal })
    // Fewer is V8's: until it is warm, `{ a, ...rest } = options` reads `a` twice. For `then` of what a promise is settled
    // with, the engine looks once in each promise of a chain.
    const isMore = ([what, count]: [string, number]) => count > (before?.[what] ?? 0) && !what.endsWith('.then')
    const more = Object.entries(after ?? {}).filter(isMore)

    assert.deepEqual(seen(profiled), seen(bare))
    assert.deepEqual(more, [])
    assert.deepEqual(Object.keys(after ?? {}).sort(), Object.keys(before ?? {}).sort())
    assert.notDeepEqual(before, {}, bare.stderr)
  } finally {
    await server?.close()
  }
}

/** The majors before the current one run on the oldest Node alone. */
function tooMany(packages: PackageSet): string | false {
  const major = Number.parseInt(process.versions.node, 10)
  return past.includes(packages) && major > 20 && 'majors before the current one are tested on Node 20'
}

/** A module of Node's own has Node's version, and is there or not. */
function installed(module: string, packages: PackageSet): { version: string; engines: string | undefined } {
  if (module.startsWith('node:'))
    return { version: process.versions.node, engines: isBuiltin(module) ? undefined : `with ${module}` }
  const { version, engines } = JSON.parse(readFileSync(join(folderOf(module, packages), 'package.json'), 'utf8'))
  return { version, engines: engines?.node }
}

const folderOf = (module: string, packages: PackageSet) => join(root, 'test/packages', packages, 'node_modules', module)

function applicationOf(suite: Library, given: Given, parts: readonly string[], bare: boolean) {
  const { packages, format } = given
  const divide = `
    await new Promise((resolve) => setTimeout(resolve, 5))
    fs_.appendFileSync('profile.jsonl', '${divider}\\n', { mode: 0o600 })
    process.stdout.write('${divider}\\n')`
  const imports = typeof suite.imports === 'function' ? suite.imports(given) : suite.imports
  return {
    packages,
    format,
    bare,
    config: { ...everything, ...(suite.targets && { targets: suite.targets }) },
    imports: [...imports, ['* as fs_', 'node:fs'] as const],
    body: `${suite.setUp(given)}\n${[...parts, suite.tearDown ?? ''].map((part) => `${divide}\nawait (async () => {${part}\n})()`).join('\n')}`,
    ...(suite.env && { env: suite.env }),
  }
}

/** One line of JSON for each expression. */
function lookOf(shapes: readonly string[]): string {
  return `
    const look = (value, deep = true) => {
      if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return typeof value
      const own = Object.entries(Object.getOwnPropertyDescriptors(value)).map(([key, { value, get, enumerable }]) =>
        [key, typeof value, Boolean(get), enumerable, deep && typeof value === 'function' ? look(value, false) : ''])
      const made = typeof value === 'function' ? [value.name, value.length, Object.hasOwn(value, 'prototype')] : []
      return [typeof value, value.constructor?.name, ...made, own.sort(([a], [b]) => (a < b ? -1 : 1))]
    }
    const show = async (value) => {
      print(look(value))
      if (process.getBuiltinModule('node:util').types.isPromise(value)) await Promise.allSettled([value])
    }
    ${shapes.map((shape) => `await show(${shape})`).join('\n')}`
}

/** Once caught, with all that can be seen of the error, and once ignored. */
function failing(call: string | undefined): string {
  if (call === undefined) return ''
  return `
    let unhandled = 0
    const count = () => unhandled++
    process.on('unhandledRejection', count)
    async function callerOfMine() { return await ${call} }
    await callerOfMine().then(
      () => print('it did not fail'),
      (error) => print([error.constructor.name, error.name, error.message, Object.keys(error).sort(), error.stack.includes('callerOfMine')]))
    Promise.resolve(${call})
    const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    for (const end = Date.now() + 10_000; unhandled === 0 && Date.now() < end;) await nap(10)
    await nap(50)
    process.off('unhandledRejection', count)
    print({ unhandled })`
}

function crowd(call: string | undefined): string {
  if (call === undefined) return ''
  return `print((await Promise.all(Array.from({ length: ${most} }, (_, i) => ${call}))).length)`
}

// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
function shown({ name, library, metadata, error, status }: any, expected: object = {}) {
  const times = Object.keys(metadata ?? {}).filter((key) => key.endsWith('_ms') && metadata[key] >= 0)
  const ms = Object.fromEntries(times.map((key) => [key, 'ms']))
  const scores = Object.entries(expected).filter(
    ([key, value]) => value === 'score' && Number.isFinite(metadata?.[key]),
  )
  return {
    scope: name,
    library,
    ...metadata,
    ...ms,
    ...Object.fromEntries(scores),
    ...(error && { error }),
    ...('status' in expected && { status }),
  }
}
