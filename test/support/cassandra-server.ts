import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Exchange, now } from './openai-server.ts'

/** A stand-in for Cassandra: its native protocol, version 4, on loopback, with as many rows as a statement asks for. */
export async function cassandraServer() {
  const exchanges: Exchange[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    serve(socket, exchanges)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** With what the stand-in was sent and answered, of a statement. */
type Reply = readonly [opcode: number, body: Buffer, told?: { readonly sent: unknown; readonly answered: unknown }]
type Column = readonly [name: string, type: Buffer]

const [ERROR, READY, SUPPORTED, RESULT] = [0x00, 0x02, 0x06, 0x08]
const byte = (value: number) => Buffer.from([value])
const short = (value: number) => Buffer.from([value >> 8, value & 0xff])
const int = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const string = (text: string) => Buffer.concat([short(Buffer.byteLength(text)), Buffer.from(text)])
const bytes = (value: Buffer | undefined) => (value ? Buffer.concat([int(value.length), value]) : int(-1))

const varchar = short(0x0d)
const integer = short(0x09)
const vector = Buffer.concat([
  short(0x00),
  string('org.apache.cassandra.db.marshal.VectorType(org.apache.cassandra.db.marshal.FloatType, 2)'),
])
const failed = (code: number, text: string): Reply => [ERROR, Buffer.concat([int(code), string(text)])]
const nothing: Reply = [RESULT, int(1)]

function serve(socket: Socket, exchanges: Exchange[]): void {
  let buffer = Buffer.alloc(0)
  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, data as Buffer])
    while (buffer.length >= 9 && buffer.length >= 9 + buffer.readInt32BE(5)) {
      const frame = buffer.subarray(0, 9 + buffer.readInt32BE(5))
      buffer = buffer.subarray(frame.length)
      const from = now()
      const [opcode, body, told] =
        frame[0] === 4
          ? answer(frame[4] as number, frame.subarray(9))
          : failed(0x0a, 'Invalid or unsupported protocol version')
      if (told) exchanges.push({ path: '', ...told, status: 0, from, to: now() })
      socket.write(Buffer.concat([Buffer.from([0x84, 0]), frame.subarray(2, 4), byte(opcode), int(body.length), body]))
    }
  })
}

function answer(opcode: number, body: Buffer): Reply {
  if (opcode === 0x05) return [SUPPORTED, short(0)]
  if (opcode === 0x09) return prepared(body.subarray(4).toString())
  // After its kind, the number of its statements.
  if (opcode === 0x0d) return [RESULT, int(1), { sent: { statements: body.readUInt16BE(1) }, answered: {} }]
  if (opcode !== 0x07 && opcode !== 0x0a) return [READY, Buffer.alloc(0)]
  // What is prepared goes by its own text.
  const width = opcode === 0x07 ? 4 : 2
  const length = body.readUIntBE(0, width)
  const sql = body.subarray(width, width + length).toString()
  const [code, reply, told] = selected(sql, body.subarray(width + length))
  return [code, reply, told ?? { sent: sql, answered: { code: code === ERROR ? reply.readInt32BE(0) : undefined } }]
}

/** The columns that a statement binds, by their names or those of its markers. */
function bound(sql: string): Column[] {
  const listed = /insert\s+into\s+\S+\s*\(([^)]*)\)/i.exec(sql)?.[1]?.split(',')
  const markers = sql.matchAll(/(?:(\S+?)\s*=\s*|(\S+)\s+ann\s+of\s+|(limit)\s+)?(?:\?|:(\w+))/gi)
  return Array.from(markers, ([, equal, near, limit, name], i): Column => {
    const column = listed?.[i]?.trim() ?? equal ?? near ?? '[limit]'
    return [name ?? column, limit ? integer : column === 'v' ? vector : varchar]
  })
}

const specs = (columns: readonly Column[]) =>
  Buffer.concat([string('private'), string('docs'), ...columns.flatMap(([name, type]) => [string(name), type])])

function prepared(sql: string): Reply {
  if (sql.includes('missing')) return failed(0x2200, 'table private does not exist')
  const columns = bound(sql)
  const takes = [int(1), int(columns.length), int(0), ...(columns.length > 0 ? [specs(columns)] : [specs([])])]
  return [RESULT, Buffer.concat([int(4), short(Buffer.byteLength(sql)), Buffer.from(sql), ...takes, int(4), int(0)])]
}

function selected(sql: string, parameters: Buffer): Reply {
  if (sql.includes('missing')) return failed(0x2200, 'table private does not exist')
  if (sql.includes('system.local')) return local()
  if (sql.includes('system.')) return rows([['peer', varchar]], [])
  if (!/^\s*select/i.test(sql)) return nothing
  const { values, size, from } = read(parameters)
  const limit = /limit\s+(\d+)/i.exec(sql)?.[1]
  const total = limit ? Number(limit) : /limit\s+[?:]/i.test(sql) ? numberOf(values.at(-1)) : 5
  const until = Math.min(total, from + size)
  const made = Array.from({ length: until - from }, (_, i) => [Buffer.from(`private ${from + i}`)])
  const [code, reply] = rows([['text', varchar]], made, until < total ? int(until) : undefined)
  return [code, reply, { sent: sql, answered: { rows: made.length } }]
}

/** An int, or the double that a plain number is without preparation. */
const numberOf = (value: Buffer | undefined) =>
  value?.length === 8 ? value.readDoubleBE() : (value?.readInt32BE() ?? 0)

function read(body: Buffer) {
  let at = 2
  const flags = body[at++] as number
  const take = (length: number) => {
    at += length
    return body.subarray(at - length, at)
  }
  const sized = () => take(Math.max(0, take(4).readInt32BE()))
  const values: Buffer[] = []
  if (flags & 0x01) {
    for (let left = take(2).readUInt16BE(); left > 0; left--) {
      if (flags & 0x40) take(take(2).readUInt16BE())
      values.push(sized())
    }
  }
  const size = flags & 0x04 ? take(4).readInt32BE() : 5000
  const from = flags & 0x08 ? sized().readInt32BE() : 0
  return { values, size, from }
}

function rows(columns: readonly Column[], all: readonly (readonly (Buffer | undefined)[])[], next?: Buffer): Reply {
  const flags = next ? 3 : 1
  const head = [int(2), int(flags), int(columns.length), ...(next ? [bytes(next)] : []), specs(columns)]
  return [RESULT, Buffer.concat([...head, int(all.length), ...all.flatMap((row) => row.map(bytes))])]
}

function local(): Reply {
  const row: Readonly<Record<string, string>> = {
    key: 'local',
    data_center: 'dc1',
    rack: 'r1',
    release_version: '4.1.0',
    partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
  }
  const columns = Object.keys(row).map((name): Column => [name, varchar])
  return rows(columns, [Object.values(row).map((value) => Buffer.from(value))])
}
