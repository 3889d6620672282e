import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { root } from './application.ts'
import { type Exchange, now } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: the driver's own server
type Any = any

/** mysql2's own server: a SELECT gives as many rows as its LIMIT says, the table `missing` is an error. */
export async function mysqlServer() {
  const folder = join(root, 'test', 'packages', 'current', 'node_modules', 'mysql2')
  const require = createRequire(join(folder, 'package.json'))
  const mysql = require(folder) as Any
  const Packet = require(join(folder, 'lib', 'packets', 'packet.js')) as Any
  const connections = new Set<Any>()
  const server = mysql.createServer()

  const column = (name: string) => ({
    catalog: 'def',
    schema: 'private',
    table: 'docs',
    orgTable: 'docs',
    name,
    orgName: name,
    characterSet: 33,
    columnLength: 255,
    columnType: 253,
    flags: 0,
    decimals: 0,
  })
  const exchanges: Exchange[] = []
  const answer = (connection: Any, sql: string, binary: boolean, values: readonly unknown[] = []) => {
    const from = now()
    const keep = (answered: object) => exchanges.push({ path: '', sent: sql, answered, status: 0, from, to: now() })
    if (/missing/.test(sql)) {
      keep({ code: 1146 })
      return connection.writeError({ code: 1146, message: "Table 'private.missing' doesn't exist" })
    }
    if (!/^\s*select/i.test(sql)) {
      keep({ affectedRows: 2 })
      return connection.writeOk({ affectedRows: 2 })
    }
    const limit = /limit\s+(\d+|\?)/i.exec(sql)?.[1] ?? '2'
    const count = Number(limit === '?' ? values.at(-1) : limit)
    // A distance that is selected: 0.25, 0.5 and so on.
    const far = /\bAS far\b/.test(sql)
    connection.writeColumns([column('title'), ...(far ? [column('far')] : [])])
    for (let i = 0; i < count; i++)
      connection[binary ? 'writeBinaryRow' : 'writeTextRow']([`private ${i}`, ...(far ? [`${(i + 1) / 4}`] : [])])
    keep({ rows: count })
    connection.writeEof()
  }

  server.on('connection', (connection: Any) => {
    connections.add(connection)
    const statements: string[] = []
    connection.on('error', () => {})
    // It writes a packet at a time: each answer would wait 40 ms for the client's acknowledgement.
    connection.stream.setNoDelay()
    connection.stream.on('close', () => connections.delete(connection))
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.0.0-private',
      connectionId: 1,
      statusFlags: 2,
      characterSet: 33,
      capabilityFlags: 0xffffff ^ 0x800 ^ 0x20,
      authCallback(_: unknown, done: (error: null) => void) {
        done(null)
        connection._resetSequenceId()
      },
    })
    // The next command begins a count of its own.
    connection.on('packet', () => connection._resetSequenceId())
    connection.on('query', (sql: string) => answer(connection, sql, false))
    connection.on('stmt_prepare', (sql: string) => {
      statements.push(sql)
      const parameters = sql.split('?').length - 1
      const bytes = Buffer.alloc(16)
      bytes.writeUInt32LE(statements.length, 5)
      bytes.writeUInt16LE(/missing|^select/i.test(sql) ? 1 : 0, 9)
      bytes.writeUInt16LE(parameters, 11)
      connection.writePacket(new Packet(0, bytes, 0, 16))
      if (parameters > 0) {
        for (let i = 0; i < parameters; i++) writeColumn(connection, column('?'))
        connection.writeEof()
      }
      if (/missing|^select/i.test(sql)) {
        writeColumn(connection, column('title'))
        connection.writeEof()
      }
    })
    connection.on('stmt_execute', (id: number, _flags: unknown, _count: unknown, values: readonly unknown[]) =>
      answer(connection, statements[id - 1] ?? '', true, values),
    )
  })
  const definition = require(join(folder, 'lib', 'packets', 'column_definition.js')) as Any
  const writeColumn = (connection: Any, one: object) =>
    connection.writePacket(definition.toPacket(one, connection.serverConfig.encoding))

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `mysql://private:private@127.0.0.1:${(server._server.address() as AddressInfo).port}/private`,
    exchanges,
    close: () =>
      new Promise<void>((resolve) => {
        server._server.close(() => resolve())
        for (const connection of connections) connection.stream.destroy()
      }),
  }
}
