import { createHash } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Exchange, kept } from './openai-server.ts'

export interface RedisServer {
  readonly url: string
  readonly exchanges: readonly Exchange[]
  close(): Promise<void>
}

type Reply = string | number | null | Error | { readonly simple: string } | Map<string, Reply> | readonly Reply[]

/**
 * Speaks RESP 2, and RESP 3 after HELLO 3: strings, transactions, scripts, publish and subscribe, and a search module
 * that finds as many documents as its KNN or LIMIT says. The index `missing` is an error.
 */
export async function redisServer(): Promise<RedisServer> {
  const sockets = new Set<Socket>()
  const exchanges: Exchange[] = []
  const strings = new Map<string, string>()
  const port = () => (server.address() as AddressInfo).port
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    const scripts = new Set<string>()
    let protocol = 2
    let queue: string[][] | undefined
    let held = Buffer.alloc(0)
    const write = (reply: Reply) => socket.write(encode(reply, protocol))
    const publish = (channel: string, message: string) => {
      for (const one of sockets) one.emit('message', channel, message)
      return 1
    }
    const subscribed = new Set<string>()
    socket.on('message', (channel: string, message: string) => {
      if (!subscribed.has(channel)) return
      const mark = protocol === 3 ? '>' : '*'
      socket.write(encode(['message', channel, message], protocol).replace(/^\*/, mark))
    })
    const answer = (words: string[]): Reply => {
      const name = (words[0] ?? '').toUpperCase()
      if (queue !== undefined && name !== 'EXEC') {
        queue.push(words)
        return { simple: 'QUEUED' }
      }
      switch (name) {
        case 'HELLO': {
          protocol = Number(words[1] ?? 2)
          return new Map<string, Reply>([
            ['server', 'redis'],
            ['version', '8.2.0'],
            ['proto', protocol],
            ['id', 1],
            ['mode', 'standalone'],
            ['role', 'master'],
            ['modules', []],
          ])
        }
        case 'MULTI':
          queue = []
          return { simple: 'OK' }
        case 'EXEC': {
          const queued = queue ?? []
          queue = undefined
          return queued.map(answer)
        }
        case 'INFO':
          return 'redis_version:8.2.0\r\nloading:0\r\n'
        case 'CLUSTER':
          return words[1]?.toUpperCase() === 'INFO'
            ? 'cluster_state:ok\r\n'
            : [[0, 16_383, ['127.0.0.1', port(), 'one']]]
        case 'SET':
          strings.set(words[1] ?? '', words[2] ?? '')
          return { simple: 'OK' }
        case 'GET':
          return strings.get(words[1] ?? '') ?? null
        case 'BLPOP':
          return [words[1] ?? '', 'private']
        case 'EVALSHA':
          return scripts.has(words[1] ?? '') ? 'private' : new Error('NOSCRIPT No matching script. Please use EVAL.')
        case 'EVAL':
          scripts.add(
            createHash('sha1')
              .update(words[1] ?? '')
              .digest('hex'),
          )
          return 'private'
        case 'PUBLISH':
          return publish(words[1] ?? '', words[2] ?? '')
        case 'HSET':
        case 'VADD':
          return 1
        case 'JSON.SET':
          return { simple: 'OK' }
        case 'VSIM':
          return Array.from({ length: Number(words[words.indexOf('COUNT') + 1]) }, (_, i) => `private:${i}`)
        case 'FT.SEARCH':
        case 'FT.AGGREGATE':
        case 'FT.HYBRID':
          if (words[1] === 'missing') return new Error('missing: no such index')
          return found(name, words, protocol)
        default:
          return { simple: 'OK' }
      }
    }
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      for (let parsed = parse(held); parsed !== undefined; parsed = parse(held)) {
        held = held.subarray(parsed.end)
        const [name, channel = ''] = parsed.words
        if (/^(un)?subscribe$/i.test(name ?? '')) {
          const on = /^sub/i.test(name ?? '')
          if (on) subscribed.add(channel)
          else subscribed.delete(channel)
          socket.write(
            encode([(name ?? '').toLowerCase(), channel, on ? 1 : 0], protocol).replace(
              /^\*/,
              protocol === 3 ? '>' : '*',
            ),
          )
        } else {
          const { words } = parsed
          write(kept(exchanges, (name ?? '').toLowerCase(), words, () => answer(words)))
        }
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** As many rows as asked for, in the shape that the command and the protocol have. */
function found(name: string, words: readonly string[], protocol: number): Reply {
  const after = (word: string, nth = 1) => words[words.findIndex((one) => one.toUpperCase() === word) + nth]
  const near = /KNN\s+(\$?\w+)/.exec(words[2] ?? '')?.[1] ?? ''
  const count =
    Number(
      words.includes('LIMIT')
        ? after('LIMIT', 2)
        : near.startsWith('$')
          ? words[words.indexOf(near.slice(1), words.indexOf('PARAMS') + 2) + 1]
          : near,
    ) || 2
  // The distance of each row, where the query names that.
  const alias = /KNN[^\]]* AS (\w+)/.exec(words[2] ?? '')?.[1]
  const rows = Array.from({ length: count }, (_, i) => [
    'title',
    `private ${i}`,
    ...(alias ? [alias, `${(i + 1) / 4}`] : []),
  ])
  if (name === 'FT.HYBRID') {
    const fields = ['total_results', count, 'results', rows, 'warnings', [], 'execution_time', '0.25']
    return protocol === 3
      ? pairs(fields.map((one, i) => (i === 3 ? rows.map(pairs) : (one as Reply))))
      : (fields as Reply)
  }
  if (protocol === 3) {
    const results = rows.map(
      (row, i) =>
        new Map<string, Reply>([
          ['id', `private:${i}`],
          ['extra_attributes', pairs(row)],
          ['values', []],
        ]),
    )
    return new Map<string, Reply>([
      ['attributes', []],
      ['total_results', count],
      ['format', 'STRING'],
      ['results', results],
      ['warning', []],
    ])
  }
  if (name === 'FT.AGGREGATE') return [count, ...rows]
  if (words.includes('NOCONTENT')) return [count, ...rows.map((_, i) => `private:${i}`)]
  return [count, ...rows.flatMap((row, i) => [`private:${i}`, row])]
}

function pairs(words: readonly Reply[]): Map<string, Reply> {
  return new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word as string, words[i + 1] as Reply] as const] : [])))
}

function encode(reply: Reply, protocol: number): string {
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n'
  if (typeof reply === 'number') return `:${reply}\r\n`
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`
  if (reply instanceof Error) return `-${reply.message}\r\n`
  if (reply instanceof Map) {
    const words = [...reply].flat().map((one) => encode(one, protocol))
    return `${protocol === 3 ? `%${reply.size}` : `*${words.length}`}\r\n${words.join('')}`
  }
  if ('simple' in reply) return `+${reply.simple}\r\n`
  return `*${reply.length}\r\n${reply.map((one) => encode(one, protocol)).join('')}`
}

/** One command, an array of strings; undefined while it has not all arrived. */
function parse(bytes: Buffer): { readonly words: string[]; readonly end: number } | undefined {
  let at = 0
  const line = () => {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number(bytes.toString('latin1', at + 1, end))
    at = end + 2
    return size
  }
  const count = line()
  if (count === undefined) return undefined
  const words: string[] = []
  for (let i = 0; i < count; i++) {
    const size = line()
    if (size === undefined || bytes.length < at + size + 2) return undefined
    words.push(bytes.toString('utf8', at, at + size))
    at += size + 2
  }
  return { words, end: at }
}
