import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { everything, type Format, type Outcome, run } from './application.ts'

/** One behaviour: its statements print with `print(value)`; `own` is the application's own module. */
export interface Case {
  /** A sentence about behaviour. */
  readonly it: string
  readonly body: string
  /** What the bare application prints, where the test would say nothing without it. */
  readonly printed?: readonly unknown[]
  /** The records by scope, `search` or `search!TypeError` for a failed one. */
  readonly records?: readonly string[]
  // biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
  readonly check?: (records: readonly any[], printed: readonly unknown[]) => void
}

export interface Suite {
  /** The module named in `instrumentations:`, without its exports. */
  readonly source: string
  /** The names that it exports; each path in `methods` is a scope of its last name, unless it says otherwise. */
  readonly exports: readonly string[]
  readonly methods: readonly (string | Readonly<Record<string, unknown>>)[]
  readonly config?: Readonly<Record<string, unknown>>
  readonly cases: readonly Case[]
}

/** The application's format and that of its own module. */
const pairs: readonly (readonly [Format, Format])[] = [
  ['cjs', 'cjs'],
  ['mjs', 'mjs'],
  ['mjs', 'cjs'],
  ['cjs', 'mjs'],
]

/**
 * What follows contexts and samples the process, switched on in a half of the applications. Node 20 and 22 give each promise
 * properties of their own for contexts, of any `AsyncLocalStorage`: there it stays off.
 */
const followed = {
  requests: true,
  cpu_profile: { on: 'slow' },
  heap_profile: { on: 'threshold' },
  system: { enabled: true, output: { type: 'none' } },
}
const isFollowed = (format: Format, own: Format) => format !== own && Number.parseInt(process.versions.node, 10) >= 24

/** Between the parts of what an application prints and records. */
export const divider = '{"divider":true}'

/** Runs all cases in one application, bare and with the agent, in CJS and ESM and both mixed, and compares each. */
export function transparent(title: string, suite: Suite): void {
  for (const [format, own] of pairs) {
    describe(`${title}: ${format} application, ${own} module`, () => {
      let bare: Outcome
      let profiled: Outcome
      before(async () => {
        const outcomes = await Promise.all(
          [true, false].map((isBare) => run(applicationOf(suite, format, own, isBare))),
        )
        ;[bare, profiled] = outcomes as [Outcome, Outcome]
      })

      for (const [i, one] of suite.cases.entries()) {
        it(one.it, () => {
          const printed = partOf(bare.printed, i)
          assert.deepEqual(partOf(profiled.printed, i), printed)
          assert.ok(printed.length > 0 || one.records !== undefined || one.check, 'a case that shows nothing')
          if (one.printed) assert.deepEqual(printed, one.printed)
          const records = partOf(profiled.records, i)
          if (one.records) assert.deepEqual(records.map(shortOf), one.records)
          one.check?.(records, printed)
        })
      }
      it('says on stderr and ends as the bare one', () => {
        assert.equal(plain(profiled.stderr), plain(bare.stderr))
        assert.deepEqual([profiled.code, profiled.signal], [0, null])
        assert.equal(partOf(profiled.printed, suite.cases.length).length, 0)
      })
    })
  }
}

/** `module` exported as CommonJS or as an ES module. */
function moduleOf(source: string, names: readonly string[], format: Format): string {
  const list = names.join(', ')
  return `${source}\n${format === 'cjs' ? `module.exports = { ${list} }` : `export { ${list} }`}\n`
}

/** An `instrumentations:` entry for the application's own module. */
export function entryOf(module: string, methods: Suite['methods'], name = 'my_own') {
  return {
    name,
    module,
    target: 'own',
    methods: methods.map((method) => {
      const at = typeof method === 'string' ? method : String(method.at)
      const scope = (at.split('.').at(-1) as string).replace(/[^\w]/g, '')
      return typeof method === 'string' ? { at, scope } : { scope, ...method }
    }),
  }
}

/** `search`, or `search!TypeError`. */
// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
export const shortOf = ({ name, error }: any) => `${name.split('.')[1]}${error ? `!${error}` : ''}`

/** Without the process's id of Node's own warnings and the name of the application's folder. */
export const plain = (stderr: string) => stderr.replaceAll(/\(node:\d+\)/g, '(node)').replaceAll(/app-\w{6}/g, 'app')

function applicationOf({ source, exports, methods, config, cases }: Suite, format: Format, own: Format, bare: boolean) {
  const bodies = cases.map(
    ({ body }) => `await (async () => {\n${body}\n})()
      await new Promise((resolve) => setTimeout(resolve, 5))
      require_('node:fs').appendFileSync('profile.jsonl', '${divider}\\n', { mode: 0o600 })
      process.stdout.write('${divider}\\n')`,
  )
  const header =
    format === 'mjs'
      ? "const require_ = (await import('node:module')).createRequire(import.meta.url)"
      : 'const require_ = require'
  return {
    format,
    bare,
    files: { [`own.${own}`]: moduleOf(source, exports, own) },
    imports: [['* as own', `./own.${own}`]] as const,
    config: {
      ...everything,
      ...(isFollowed(format, own) && followed),
      ...config,
      instrumentations: [entryOf(`./own.${own}`, methods)],
    },
    body: `${header}\n${bodies.join('\n')}`,
  }
}

// biome-ignore lint/suspicious/noExplicitAny: lines of JSON
export function partOf(lines: readonly any[], part: number): any[] {
  const parts: unknown[][] = [[]]
  for (const line of lines) {
    if (line?.divider) parts.push([])
    else parts.at(-1)?.push(line)
  }
  return parts[part] ?? []
}
