import { createRequire } from 'node:module'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { root } from './application.ts'
import { type Exchange, kept } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents
type Document = any

const reply = 1
const query = 2004
const message = 2013

/**
 * Speaks MongoDB's wire protocol: a vector search finds as many documents as its limit, a find as many, in portions of
 * the batchSize. The id `refused` can't be inserted, the collection `missing` is an error, `broken` one in its second
 * portion, `unlimited` keeps a cursor open that has as many as were asked for.
 */
export async function mongodbServer() {
  const exchanges: Exchange[] = []
  const require = createRequire(join(root, 'test', 'packages', 'previous', 'package.json'))
  const { serialize, deserialize, Long } = require('bson')
  const sockets = new Set<Socket>()
  const cursors = new Map<number, Document[]>()
  let last = 0

  const cursor = (ns: string, documents: Document[], size: number, name: string, known = 0) => {
    const id = documents.length <= size ? 0 : known || ++last
    cursors.delete(known)
    if (id > 0) cursors.set(id, documents.slice(size))
    return { cursor: { id: Long.fromNumber(id), ns, [name]: documents.slice(0, size) }, ok: 1 }
  }
  const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ _id: i, text: 'private' }))

  const answer = (command: Document): Document => {
    const [name = '', target] = Object.entries(command)[0] ?? []
    const ns = `${command.$db}.${target === 1 ? `$cmd.${name}` : target}`
    if (target === 'missing')
      return { ok: 0, errmsg: 'ns does not exist: private', code: 26, codeName: 'NamespaceNotFound' }
    switch (name.toLowerCase()) {
      case 'hello':
      case 'ismaster':
        return {
          helloOk: true,
          isWritablePrimary: true,
          ismaster: true,
          maxBsonObjectSize: 16777216,
          maxMessageSizeBytes: 48000000,
          maxWriteBatchSize: 100000,
          localTime: new Date(0),
          logicalSessionTimeoutMinutes: 30,
          minWireVersion: 0,
          maxWireVersion: 25,
          readOnly: false,
          ok: 1,
        }
      case 'aggregate': {
        const [first] = command.pipeline
        if (first?.$match) return cursor(ns, [{ _id: 1, n: 2 }], 101, 'firstBatch')
        const limit = command.pipeline.find((one: Document) => one.$limit)?.$limit
        const all = rows(first?.$vectorSearch?.limit ?? first?.$search?.knnBeta?.k ?? limit ?? 2)
        const told = command.pipeline.some((one: Document) => one.$project?.near)
        if (first?.$changeStream)
          return cursor(
            ns,
            all.map((one) => ({ ...one, _id: { _data: 'private' } })),
            command.cursor?.batchSize ?? 101,
            'firstBatch',
          )
        const found = told ? all.map((one, i) => ({ ...one, near: 1 / (i + 1.5) })) : all
        return cursor(ns, found, command.cursor?.batchSize ?? 101, 'firstBatch')
      }
      case 'find':
        return cursor(
          ns,
          rows(target === 'unlimited' ? 5 : (command.limit ?? 5)),
          command.batchSize ?? 101,
          'firstBatch',
        )
      case 'getmore':
        if (command.collection === 'broken')
          return { ok: 0, errmsg: 'private', code: 292, codeName: 'QueryExceededMemoryLimitNoDiskUseAllowed' }
        return cursor(
          `${command.$db}.${command.collection}`,
          cursors.get(Number(target)) ?? [],
          command.batchSize ?? 101,
          'nextBatch',
          Number(target),
        )
      case 'killcursors':
        for (const id of command.cursors) cursors.delete(Number(id))
        return { cursorsKilled: command.cursors, ok: 1 }
      case 'listcollections':
        return cursor(`${command.$db}.$cmd.listCollections`, [{ name: 'docs', type: 'collection' }], 101, 'firstBatch')
      case 'listindexes':
        return cursor(ns, [{ v: 2, key: { _id: 1 }, name: '_id_' }], 101, 'firstBatch')
      case 'createsearchindexes':
        return { indexesCreated: [{ id: '1', name: 'private' }], ok: 1 }
      case 'explain':
        return { queryPlanner: { namespace: ns }, ok: 1 }
      case 'insert': {
        const writeErrors = command.documents.flatMap(({ _id }: Document, index: number) =>
          _id === 'refused' ? [{ index, code: 11000, errmsg: 'E11000 duplicate key: private' }] : [],
        )
        return {
          n: command.documents.length - writeErrors.length,
          ...(writeErrors.length > 0 && { writeErrors }),
          ok: 1,
        }
      }
      case 'update':
        return { n: command.updates.length, nModified: command.updates.length, ok: 1 }
      case 'delete':
        return { n: command.deletes.length, ok: 1 }
      case 'findandmodify':
        return { lastErrorObject: { n: 1, updatedExisting: true }, value: { _id: 1, text: 'private' }, ok: 1 }
      default:
        return { ok: 1 }
    }
  }

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let held = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 4 && held.length >= held.readInt32LE(0)) {
        const size = held.readInt32LE(0)
        const all = held.subarray(0, size)
        held = held.subarray(size)
        const code = all.readInt32LE(12)
        const command = code === query ? deserialize(all.subarray(all.indexOf(0, 20) + 9)) : sections(all)
        const body = serialize(kept(exchanges, Object.keys(command)[0] ?? '', command, () => answer(command)))
        const before = code === query ? Buffer.alloc(20) : Buffer.alloc(5)
        if (code === query) before.writeInt32LE(1, 16)
        const header = Buffer.alloc(16)
        header.writeInt32LE(16 + before.length + body.length, 0)
        header.writeInt32LE(all.readInt32LE(4), 8)
        header.writeInt32LE(code === query ? reply : message, 12)
        socket.write(Buffer.concat([header, before, body]))
      }
    })
  })

  /** The command of an OP_MSG, with the documents that come in sections of their own. */
  const sections = (all: Buffer): Document => {
    let command: Document = {}
    const lists: Record<string, Document[]> = {}
    for (let at = 20; at < all.length; ) {
      const kind = all[at++]
      const size = all.readInt32LE(at)
      if (kind === 0) command = deserialize(all.subarray(at, at + size))
      else {
        const end = all.indexOf(0, at + 4)
        const list: Document[] = []
        lists[all.toString('utf8', at + 4, end)] = list
        for (let next = end + 1; next < at + size; next += all.readInt32LE(next))
          list.push(deserialize(all.subarray(next, next + all.readInt32LE(next))))
      }
      at += size
    }
    return { ...command, ...lists }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?directConnection=true`,
    exchanges,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
