import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, spawnNode } from './application.ts'
import { bin } from './cli.ts'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const hasSqlite = major > 22 || (major === 22 && minor >= 13)
const installed = [24, 22, 26]
  .map((one) => join(root, `test/packages/nodes/node_modules/node-${one}/bin/node`))
  .filter((path) => existsSync(path))

/** The Nodes with `node:sqlite` to test with: this one, else each that npm has here. */
export const nodes: readonly string[] = hasSqlite ? [process.execPath] : installed
/** One of them. */
export const sqliteNode = nodes[0] ?? process.execPath
export const noSqlite = nodes.length === 0 && 'no Node with node:sqlite is here'

// biome-ignore lint/suspicious/noExplicitAny: rows are what the statement asks for
type Asked = Record<string, any>

/** What statements give of a database, each a list of rows; one that is no query changes it. */
export async function ask(file: string, ...statements: readonly string[]): Promise<readonly Asked[][]> {
  const script = `
    const { DatabaseSync } = require('node:sqlite')
    const db = new DatabaseSync(${JSON.stringify(file)})
    for (const sql of ${JSON.stringify(statements)}) console.log(JSON.stringify(db.prepare(sql).all()))
    db.close()`
  const { printed, stderr } = await spawnNode(['--no-warnings', '-e', script], { cwd: root, node: sqliteNode })
  if (stderr !== '') throw new Error(stderr)
  return printed as Asked[][]
}

/** The command line by a Node that can read databases. */
export const sqliteCli = (args: readonly string[], cwd: string) =>
  spawnNode(['--no-warnings', bin, ...args], { cwd, node: sqliteNode, env: { FORCE_COLOR: '0' } })
