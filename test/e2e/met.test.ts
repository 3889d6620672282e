import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { manifestIn } from '../../agent/load/package.ts'
import { fitOf } from '../../agent/load/versions.ts'
import { methodsOf } from '../../agent/methods.ts'
import type { Instrumentation, Method } from '../../agent/model.ts'
import { builtIns } from '../../build/libraries.ts'
import { type Format, folderFor, formats, type PackageSet, root, spawnNode } from '../support/application.ts'
import type { Met } from '../support/met.ts'

const isOld = process.versions.node.startsWith('20.')
const sets = (['current', 'previous', 'older', 'oldest', 'eldest', 'heavy', 'compiled'] as const).filter(
  (set) => existsSync(join(root, 'test/packages', set, 'node_modules')) && !(isOld && set === 'current'),
)
/** What an application loads, where that is not the module itself. */
const entries: Readonly<Record<string, readonly string[]>> = {
  'ai-sdk': ['@ai-sdk/openai', '@ai-sdk/openai/internal'],
  'ai-sdk-anthropic': ['@ai-sdk/anthropic', '@ai-sdk/anthropic/internal'],
  'ai-sdk-google': ['@ai-sdk/google', '@ai-sdk/google/internal'],
  'ai-sdk-vertex': ['@ai-sdk/google-vertex', '@ai-sdk/google-vertex/edge'],
  langchain: [
    ...['embeddings', 'vectorstores', 'retrievers', 'retrievers/document_compressors'],
    ...['language_models/chat_models', 'language_models/llms'],
  ].map((path) => `@langchain/core/${path}`),
  llamaindex: ['llamaindex'],
  mysql2: ['mysql2', 'mysql2/promise'],
  // Those of a protocol are loaded when a browser is connected.
  puppeteer: [
    'puppeteer-core',
    ...['Browser', 'BrowserContext', 'ElementHandle', 'Frame', 'Input', 'Page'].map(
      (name) => `puppeteer-core/internal/bidi/${name}.js`,
    ),
  ],
  redis: ['redis'],
}

/** An installed library, with the version that counts. */
interface Installed {
  readonly library: Instrumentation
  readonly version: string
}

function installedIn(set: PackageSet): Installed[] {
  const require = createRequire(join(root, 'test/packages', set, 'x.js'))
  return builtIns.flatMap((library) => {
    const { module } = library
    if (module.startsWith('node:'))
      return set === sets[0] && process.getBuiltinModule(module) ? [{ library, version: process.versions.node }] : []
    const folders = require.resolve.paths(module) ?? []
    const { version } = manifestIn(join(folders[0] ?? '', module)) as { version?: string }
    return version !== undefined && fitOf(version, library.versions) === 'tested' ? [{ library, version }] : []
  })
}

/** Loads all of them in one process; which of their files were met, and those that could not be loaded. */
async function meet(
  set: PackageSet,
  format: Format,
  installed: readonly Installed[],
): Promise<Met & { failed: string[] }> {
  const names = installed.map(({ library }) => [library.name, entries[library.name] ?? [library.module]] as const)
  const load = format === 'mjs' ? 'await import(name)' : 'require(name)'
  const folder = folderFor(set)
  try {
    writeFileSync(
      join(folder, `app.${format}`),
      `async function main() {
        const failed = []
        for (const [library, all] of ${JSON.stringify(names)})
          for (const name of all) try { ${load} } catch (error) { failed.push(library + ' ' + error) }
        // Its CommonJS imports this by itself, and nothing waits for that.
        ${names.some(([name]) => name === 'webdriverio') ? "await import('webdriver').catch(() => {})" : ''}
        console.log(JSON.stringify(failed))
        process.exit()
      }
      main()`,
    )
    const preload = new URL('../support/met.js', import.meta.url).href
    const { printed, stderr } = await spawnNode(['--import', preload, join(folder, `app.${format}`)], {
      cwd: folder,
      env: { NODE_NO_WARNINGS: '1' },
      timeoutMs: 600_000,
    })
    const [failed, met] = printed.slice(-2) as [string[], Met]
    assert.ok(Array.isArray(met?.met), stderr)
    return { ...met, failed }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const isTwin = (a: Method, b: Method) => a.at === b.at && a.scope === b.scope

describe('every file of a library', () => {
  for (const set of sets) {
    it(`is met, with its methods, by import and by require: ${set}`, async () => {
      const installed = installedIn(set)
      assert.ok(installed.length > 0)
      const runs = await Promise.all(formats.map((format) => meet(set, format, installed)))

      const missed = installed.flatMap(({ library, version }) => {
        const { name } = library
        const fitting = methodsOf(library).filter(
          (one) => one.at !== undefined && fitOf(version, one.versions) === 'tested',
        )
        const keyOf = (method: Method) => `${name} ${method.file ?? library.file}`
        const nowhere = fitting.filter((one) => runs.every(({ met }) => !met.includes(keyOf(one)))).map(keyOf)
        // Of one that stands in several files each module system meets its own.
        const unmet = runs.flatMap(({ met, failed }, i) => {
          if (failed.some((text) => text.startsWith(`${name} `))) return []
          const others = runs[1 - i]?.met ?? []
          const isMet = (method: Method) =>
            met.includes(keyOf(method)) ||
            fitting.some((one) => isTwin(one, method) && met.includes(keyOf(one)) && !others.includes(keyOf(one)))
          return fitting.filter((one) => !isMet(one)).map((one) => `${formats[i]}: ${keyOf(one)} ${one.at}`)
        })
        return [...new Set([...nowhere, ...unmet])].map((text) => `${version}: ${text}`)
      })

      assert.deepEqual(missed, [], runs.flatMap(({ failed }) => failed).join('\n'))
      assert.deepEqual(
        runs.flatMap(({ told }) => told),
        [],
      )
    })
  }
})
