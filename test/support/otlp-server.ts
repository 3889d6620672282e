import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

// biome-ignore lint/suspicious/noExplicitAny: tests read what was decoded by shape
type Any = any

export interface OtlpServer {
  readonly url: string
  /** Requests that came, whatever the answer. */
  readonly paths: string[]
  readonly agents: (string | undefined)[]
  /** What was sent and accepted, one for each resource. */
  readonly resourceSpans: Any[]
  readonly resourceMetrics: Any[]
  /** All spans, with `scope` and `resource`. */
  spans(): Any[]
  /** The data points of a histogram as it was sent last. */
  points(name: string): Any[]
  close(): Promise<void>
}

/**
 * A collector on loopback. `answer` gives the status of the n-th request, counted from 1; none is a request that is
 * never answered. A GET is told how many requests came.
 */
export async function otlpServer(answer: (n: number) => number | undefined = () => 200): Promise<OtlpServer> {
  const paths: string[] = []
  const agents: (string | undefined)[] = []
  const resourceSpans: Any[] = []
  const resourceMetrics: Any[] = []
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.end(`${paths.length}`)
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const status = answer(paths.push(request.url as string))
      agents.push(request.headers['user-agent'])
      if (status === undefined) return
      if (status === 200) {
        const body = Buffer.concat(parts)
        const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
        if (request.url === '/v1/traces') resourceSpans.push(...(decode(plain, traces).resourceSpans ?? []))
        if (request.url === '/v1/metrics') resourceMetrics.push(...(decode(plain, metrics).resourceMetrics ?? []))
      }
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    agents,
    resourceSpans,
    resourceMetrics,
    spans: () =>
      resourceSpans.flatMap(({ resource, scopeSpans }) =>
        scopeSpans.flatMap(({ scope, schemaUrl, spans }: Any) =>
          spans.map((span: Any) => ({
            ...span,
            scope: { ...scope, schemaUrl },
            resource: plainOf(resource.attributes),
          })),
        ),
      ),
    points: (name) =>
      resourceMetrics
        .flatMap(({ scopeMetrics }) => scopeMetrics ?? [])
        .flatMap(({ metrics }) => metrics)
        .filter((metric) => metric.name === name)
        .map(({ histogram, sum }) => histogram ?? sum)
        .at(-1)?.dataPoints ?? [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Attributes as an object. */
export function plainOf(attributes: Any[] = []): Record<string, unknown> {
  const plain = ({ string, bool, int, double, array }: Any): unknown =>
    array ? (array.values ?? []).map(plain) : (string ?? bool ?? int ?? double)
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]))
}

type Type = 'string' | 'hex' | 'varint' | 'bool' | 'fixed64' | 'double' | Message
/** Field numbers of opentelemetry-proto 1.x; a name ending in `[]` is repeated. */
interface Message {
  readonly [field: number]: readonly [name: string, type: Type]
}

const value: Record<number, readonly [string, Type]> = {
  1: ['string', 'string'],
  2: ['bool', 'bool'],
  3: ['int', 'varint'],
  4: ['double', 'double'],
}
value[5] = ['array', { 1: ['values[]', value] }]
const attribute: Message = { 1: ['key', 'string'], 2: ['value', value] }
const resource: Message = { 1: ['attributes[]', attribute] }
const scope: Message = { 1: ['name', 'string'], 2: ['version', 'string'] }
const span: Message = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'string'],
  6: ['kind', 'varint'],
  7: ['start', 'fixed64'],
  8: ['end', 'fixed64'],
  9: ['attributes[]', attribute],
  15: ['status', { 2: ['message', 'string'], 3: ['code', 'varint'] }],
}
const scopeSpans: Message = { 1: ['scope', scope], 2: ['spans[]', span], 3: ['schemaUrl', 'string'] }
const traces: Message = { 1: ['resourceSpans[]', { 1: ['resource', resource], 2: ['scopeSpans[]', scopeSpans] }] }
const point: Message = {
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['buckets[]', 'fixed64'],
  7: ['bounds[]', 'double'],
  9: ['attributes[]', attribute],
}
const number: Message = { 4: ['double', 'double'], 6: ['int', 'fixed64'], 7: ['attributes[]', attribute] }
const metric: Message = {
  1: ['name', 'string'],
  3: ['unit', 'string'],
  7: ['sum', { 1: ['dataPoints[]', number], 2: ['temporality', 'varint'] }],
  9: ['histogram', { 1: ['dataPoints[]', point], 2: ['temporality', 'varint'] }],
}
const scopeMetrics: Message = { 1: ['scope', scope], 2: ['metrics[]', metric] }
const metrics: Message = {
  1: ['resourceMetrics[]', { 1: ['resource', resource], 2: ['scopeMetrics[]', scopeMetrics] }],
}

/** What a request to `/v1/traces` holds. */
export const decodeTraces = (bytes: Buffer): Any => decode(bytes, traces)

/** Reads a protobuf message; what the schema doesn't name is skipped. */
function decode(bytes: Buffer, message: Message): Any {
  const found: Record<string, Any> = {}
  let at = 0
  const varint = () => {
    let result = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++)
      result |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, result))
    }
  }
  const eight = (type: Type, from: number) =>
    type === 'double' ? bytes.readDoubleLE(from) : bytes.readBigUInt64LE(from)

  while (at < bytes.length) {
    const tag = varint()
    const [label, type] = message[tag >>> 3] ?? []
    const wire = tag & 7
    let values: Any[]
    if (wire === 0) {
      const number = varint()
      values = [type === 'bool' ? number !== 0 : number]
    } else if (wire === 1 || wire === 5) {
      values = wire === 1 ? [eight(type ?? 'fixed64', at)] : []
      at += wire === 1 ? 8 : 4
    } else if (wire === 2) {
      const length = varint()
      const part = bytes.subarray(at, at + length)
      if (part.length !== length) throw new Error('a protobuf message that is cut off')
      if (type === 'fixed64' || type === 'double')
        values = Array.from({ length: length / 8 }, (_, i) => eight(type, at + 8 * i))
      else if (typeof type === 'object') values = [decode(part, type)]
      else values = [part.toString(type === 'hex' ? 'hex' : 'utf8')]
      at += length
    } else throw new Error(`protobuf wire type ${wire}`)
    if (label === undefined) continue
    const name = label.replace('[]', '')
    found[name] = name === label ? values[0] : [...(found[name] ?? []), ...values]
  }
  return found
}
