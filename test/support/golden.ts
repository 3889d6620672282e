import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './application.ts'

/** Compares a text with its file below test/cli. `UPDATE_GOLDEN=1` writes what there is now; look at it. */
export function golden(name: string, actual: string): void {
  const path = join(root, 'test', 'cli', name)
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, actual)
  assert.equal(actual, readFileSync(path, 'utf8'))
}
