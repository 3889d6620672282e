import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '../agent/config/schema.ts'
import type { OutputConfig } from '../agent/config/unions.ts'
import { jsonlBeside } from '../agent/output/database/database.ts'

/**
 * Where an output keeps records, and the option that says so. Where Node has no database they are in a file beside it.
 * Undefined where it keeps none.
 */
export function kept(
  output: OutputConfig | Config['system']['output'] | Config['test_execution']['output'],
  cwd: string,
): { readonly path: string; readonly option: string } | undefined {
  if (output.type === 'file') return { path: output.path, option: 'path' }
  if (output.type !== 'database') return undefined
  const { database_path } = output
  const beside = jsonlBeside(database_path)
  const isBeside = !existsSync(resolve(cwd, database_path)) && existsSync(resolve(cwd, beside))
  return { path: isBeside ? beside : database_path, option: 'database_path' }
}
