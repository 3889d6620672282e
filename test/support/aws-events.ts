import { crc32 } from 'node:zlib'

/** Of either version of HTTP, as far as an answer is written to it. */
export interface Reply {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  write(chunk: Uint8Array): unknown
  end(): unknown
  end(text: string): unknown
}
export type Event = readonly [type: string, value: unknown]

/** Answers with a stream of events, as AWS encodes it. */
export function events(response: Reply, all: readonly Event[]): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'loopback' })
  for (const [type, value] of all) response.write(frame(type, value))
  response.end()
}

/** A message of the event stream encoding: lengths, checksum, headers, payload, checksum. */
export function frame(type: string, value: unknown): Buffer {
  const header = (name: string, text: string) => {
    const size = Buffer.alloc(3)
    size.writeUInt8(7)
    size.writeUInt16BE(text.length, 1)
    return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), size, Buffer.from(text)])
  }
  const headers = Buffer.concat([
    header(':event-type', type),
    header(':content-type', 'application/json'),
    header(':message-type', 'event'),
  ])
  const payload = Buffer.from(JSON.stringify(value))
  const prelude = Buffer.alloc(8)
  prelude.writeUInt32BE(16 + headers.length + payload.length)
  prelude.writeUInt32BE(headers.length, 4)
  const head = Buffer.concat([prelude, checksum(prelude), headers, payload])
  return Buffer.concat([head, checksum(head)])
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum
}
