import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import type { Format, Outcome } from './application.ts'
import { both, quiet, scopes } from './both.ts'
import { divider, entryOf, partOf } from './transparent.ts'

/** A module of the application, `own`, and what is done with it. */
export interface Small {
  readonly files: Readonly<Record<string, string>>
  /** The file whose methods are profiled, below `files`. */
  readonly module: string
  readonly at: readonly string[]
  /** Statements that make the module known, before all others. */
  readonly load: string
  readonly body: string
  readonly scopes: readonly string[]
}

/**
 * Many small modules in one process, bare and with the agent, each in a folder and with an entry of its own: none meets
 * another. Each is a test of its own, to be called within `describe`.
 */
export function together(title: string, format: Format, cases: Readonly<Record<string, Small>>): void {
  const all = Object.entries(cases)
  let outcome: Outcome & { bare: Outcome }
  before(async () => {
    outcome = await both({
      format,
      files: Object.fromEntries(all.flatMap(([, one], i) => filesOf(one, i, format))),
      entries: all.map(([, { module, at }], i) => entryOf(`./case${i}/${module}`, at, `case${i}`)),
      body: `
        const { appendFileSync } = process.getBuiltinModule('node:fs')
        for (let i = 0; i < ${all.length}; i++) {
          const name = './case' + i + '/main.${format}'
          const { main } = ${format === 'mjs' ? 'await import(name)' : 'require(name)'}
          await main(print)
          appendFileSync('profile.jsonl', '${divider}\\n', { mode: 0o600 })
          process.stdout.write('${divider}\\n')
        }`,
    })
  })

  for (const [i, [name, one]] of all.entries())
    it(`${title}: ${name}`, () => {
      const printed = partOf(outcome.bare.printed, i)
      assert.ok(printed.length > 0, 'a case that shows nothing')
      assert.deepEqual(partOf(outcome.printed, i), printed)
      assert.deepEqual(scopes({ ...outcome, records: partOf(outcome.records, i) }), one.scopes)
    })
  it(`${title}, without a word`, () => quiet(outcome))
}

function filesOf({ files, load, body }: Small, i: number, format: Format): (readonly [string, string])[] {
  const head = format === 'mjs' ? 'export const main =' : 'exports.main ='
  const main = `${load}\n${head} async (print) => {\n${body}\n}\n`
  return [
    ...Object.entries(files).map(([name, text]) => [`case${i}/${name}`, text] as const),
    [`case${i}/main.${format}`, main],
  ]
}

/** The same keys with other values. */
export const mapped = <T, U>(of: Readonly<Record<string, T>>, to: (value: T) => U): Readonly<Record<string, U>> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, to(value)]))
