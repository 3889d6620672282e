import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Loaded, load } from '../../agent/config/load.ts'

/** Loads a crossbridge.yml of this text from a folder that has these other files too. */
export function loadText(
  text: string | Uint8Array,
  env: NodeJS.ProcessEnv = {},
  others: readonly string[] = [],
): Loaded & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
  try {
    for (const name of others) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), '')
    }
    writeFileSync(join(folder, 'crossbridge.yml'), text)
    return { ...load(join(folder, 'crossbridge.yml'), env, folder), folder }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same below `runtime.profiling`, whose lines begin at line 3 and column 5. */
export function loadSection(lines: readonly string[], env?: NodeJS.ProcessEnv, others?: readonly string[]) {
  return loadText(`runtime:\n  profiling:\n${lines.map((line) => `    ${line}\n`).join('')}`, env, others)
}
