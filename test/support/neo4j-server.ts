import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { type Exchange, now } from './openai-server.ts'

type Fields = Readonly<Record<string, unknown>>
interface Message {
  readonly tag: number
  readonly fields: readonly unknown[]
}

/** A stand-in for Neo4j: Bolt 5.8 and 6.0 on loopback, with as many rows as a statement asks for. */
export async function neo4jServer() {
  const exchanges: Exchange[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    serve(socket, exchanges)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `bolt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function serve(socket: Socket, exchanges: Exchange[]): void {
  let buffer = Buffer.alloc(0)
  let state: 'offer' | 'choice' | 'ready' = 'offer'
  let message: Buffer[] = []
  const answer = answering((tag, field) => {
    const body = Buffer.concat([Buffer.from([0xb1, tag]), pack(field)])
    const head = Buffer.alloc(2)
    head.writeUInt16BE(body.length)
    socket.write(Buffer.concat([head, body, Buffer.from([0, 0])]))
  }, exchanges)
  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, data as Buffer])
    for (;;) {
      if (state === 'offer') {
        if (buffer.length < 20) return
        // Version 255.1: the server offers its own, 6.0 and 5.8 to 5.0, and the driver chooses.
        socket.write(Buffer.from([0, 0, 1, 0xff, 2, 0, 0, 0, 6, 0, 8, 8, 5, 0]))
        buffer = buffer.subarray(20)
        state = 'choice'
      } else if (state === 'choice') {
        if (buffer.length < 5) return
        buffer = buffer.subarray(5)
        state = 'ready'
      } else {
        if (buffer.length < 2) return
        const length = buffer.readUInt16BE(0)
        if (buffer.length < 2 + length) return
        if (length > 0) message.push(buffer.subarray(2, 2 + length))
        else if (message.length > 0) {
          const whole = Buffer.concat(message)
          message = []
          const { tag, fields } = unpacker(whole)() as Message
          if (tag === 0x02) return void socket.end()
          answer(tag, fields)
        }
        buffer = buffer.subarray(2 + length)
      }
    }
  })
}

/** What one connection answers, message by message. */
function answering(reply: (tag: number, field: unknown) => void, exchanges: Exchange[]) {
  let from = 0
  let sent: unknown
  const keep = (answered: object) => exchanges.push({ path: 'run', sent, answered, status: 0, from, to: now() })
  let failed = false
  let rows = 0
  let row = 0
  const success = (field: Fields = {}) => reply(0x70, field)

  return (tag: number, fields: readonly unknown[]) => {
    if (tag === 0x0f) {
      failed = false
      rows = row = 0
      return success()
    }
    if (failed) return reply(0x7e, {})
    if (tag === 0x01) return success({ server: 'Neo4j/2026.01.0', connection_id: 'bolt-1', hints: {} })
    if (tag === 0x10) {
      const [text, parameters] = fields as [string, Fields]
      from = now()
      sent = { text, parameters }
      if (text.includes('missing')) {
        failed = true
        keep({ code: '50N42' })
        return reply(0x7f, {
          neo4j_code: 'Neo.ClientError.Procedure.ProcedureCallFailed',
          gql_status: '50N42',
          description: 'error: general processing exception',
          message: 'There is no such vector schema index: private',
          diagnostic_record: { CURRENT_SCHEMA: '/', OPERATION: '', OPERATION_CODE: '0' },
        })
      }
      rows = rowsOf(text, parameters)
      row = 0
      return success({ t_first: 1, fields: ['text', 'score'], qid: 0 })
    }
    if (tag === 0x3f || tag === 0x2f) {
      const n = Number((fields[0] as Fields)?.n ?? -1)
      const until = n < 0 ? rows : Math.min(rows, row + n)
      for (; tag === 0x3f && row < until; row++) reply(0x71, [`private ${row}`, 1 - row / 10])
      row = until
      if (row === rows) keep({ rows })
      return row < rows ? success({ has_more: true }) : success({ type: 'r', t_last: 2, db: 'neo4j', bookmark: 'b' })
    }
    return success(tag === 0x12 ? { bookmark: 'b' } : {})
  }
}

/** As many as are asked for by number or by parameter; none of a statement that returns nothing. */
function rowsOf(text: string, parameters: Fields): number {
  const [, number, parameter] = /(?:query\w+\(\s*[^,]+,\s*|limit\s+)(?:(\d+)|\$(\w+))/i.exec(text) ?? []
  if (number !== undefined || parameter !== undefined) return Number(number ?? parameters[parameter ?? ''])
  return /return/i.test(text) ? 2 : 0
}

function pack(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([0xc0])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2])
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 128)
    return Buffer.from([value as number])
  if (typeof value === 'number') {
    const float = Buffer.alloc(9, 0xc1)
    float.writeDoubleBE(value, 1)
    return float
  }
  if (typeof value === 'string')
    return Buffer.concat([Buffer.from([0xd0, Buffer.byteLength(value)]), Buffer.from(value)])
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([0xd4, value.length]), ...value.map(pack)])
  const entries = Object.entries(value).flatMap(([key, one]) => [pack(key), pack(one)])
  return Buffer.concat([Buffer.from([0xd8, entries.length / 2]), ...entries])
}

/** Reads PackStream values one after another. */
function unpacker(bytes: Buffer): () => unknown {
  let at = 0
  const sized = (width: 0 | 1 | 2) => {
    at += 1 << width
    return bytes.readUIntBE(at - (1 << width), 1 << width)
  }
  const many = (length: number) => Array.from({ length }, () => read())
  const list = (length: number) => many(length)
  const map = (length: number) => Object.fromEntries(Array.from({ length }, () => [read(), read()]))
  const raw = (length: number) => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const read = (): unknown => {
    const tag = bytes[at++] as number
    const low = tag & 0xf
    if (tag < 0x80) return tag
    if (tag >= 0xf0) return tag - 0x100
    if (tag < 0x90) return raw(low).toString()
    if (tag < 0xa0) return list(low)
    if (tag < 0xb0) return map(low)
    if (tag < 0xc0) return { tag: bytes[at++] as number, fields: many(low) }
    if (tag === 0xc0) return null
    if (tag === 0xc1) return raw(8).readDoubleBE()
    if (tag === 0xc2 || tag === 0xc3) return tag === 0xc3
    if (tag >= 0xc8 && tag <= 0xca) return raw(1 << (tag - 0xc8)).readIntBE(0, 1 << (tag - 0xc8))
    if (tag === 0xcb) return Number(raw(8).readBigInt64BE())
    const width = (tag & 3) as 0 | 1 | 2
    if (tag < 0xd0) return raw(sized(width))
    if (tag < 0xd4) return raw(sized(width)).toString()
    if (tag < 0xd8) return list(sized(width))
    return map(sized(width))
  }
  return read
}
