import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { everything, folderFor, type Outcome, runIn } from './application.ts'
import { type entryOf, plain, shortOf } from './transparent.ts'

type Entry = ReturnType<typeof entryOf>
interface Both {
  readonly files: Readonly<Record<string, string>>
  readonly entries: readonly (Entry & { readonly file?: string })[]
  readonly body: string
  readonly format?: 'cjs' | 'mjs'
  readonly imports?: readonly (readonly [string, string])[]
  /** Links to make before: `[where, to]`. */
  readonly links?: readonly (readonly [string, string])[]
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

/** Runs bare and with the agent; what is printed must be the same, and the application must end well. */
export async function both({ files, entries, links = [], ...application }: Both): Promise<Outcome & { bare: Outcome }> {
  const start = async (bare: boolean) => {
    const folder = folderFor('previous')
    try {
      for (const [where, to] of links) {
        mkdirSync(dirname(join(folder, where)), { recursive: true })
        symlinkSync(join(folder, to), join(folder, where), 'dir')
      }
      const config = { ...everything, instrumentations: entries }
      return await runIn(folder, { format: 'mjs', ...application, files, config, bare })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const [bare, profiled] = await Promise.all([start(true), start(false)])
  assert.equal(bare.code, 0, bare.stderr)
  assert.equal(profiled.code, 0, profiled.stderr)
  assert.deepEqual(profiled.printed, bare.printed)
  return { ...profiled, bare }
}
/** It says nothing that the bare one does not say. */
export const quiet = ({ stderr, bare }: Outcome & { bare: Outcome }) => assert.equal(plain(stderr), plain(bare.stderr))
export const scopes = ({ records }: Outcome) => records.map(shortOf)
