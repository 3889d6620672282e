import { createServer, type ServerHttp2Session } from 'node:http2'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { root } from './application.ts'
import { type Exchange, kept, type Loopback } from './openai-server.ts'

const client = join(root, 'test/packages/previous/node_modules/@qdrant/js-client-grpc')
const require = createRequire(join(client, 'package.json'))
const protocol = (name: string) => require(join(client, 'dist/cjs/proto', name))

// biome-ignore lint/suspicious/noExplicitAny: the messages are as the client's own definitions make them
type Any = any

/** Speaks Qdrant's gRPC: as many hits as `limit` says; the collection `missing` is not found. */
export async function qdrantGrpcServer(): Promise<Omit<Loopback, 'requests'>> {
  const { connectNodeAdapter } = require('@connectrpc/connect-node')
  const { Code, ConnectError } = require('@connectrpc/connect')

  const time = 0.002
  const exchanges: Exchange[] = []
  const keeping = (all: Record<string, (request: Any) => object>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, answer]) => [
        name,
        (request: Any) => kept(exchanges, name, request, () => answer(request)),
      ]),
    )
  const hits = (limit: bigint | number = 1) =>
    Array.from({ length: Number(limit) }, (_, id) => ({
      id: { pointIdOptions: { case: 'num', value: BigInt(id) } },
      score: 1 / (id + 1),
      payload: { text: { kind: { case: 'stringValue', value: 'private' } } },
    }))
  /** It embeds a text, a token a word. */
  const usageOf = (query: Any) => {
    const { model, text } = query?.variant?.value?.variant?.value ?? {}
    return text && { inference: { models: { [model]: { tokens: BigInt(text.split(' ').length) } } } }
  }
  const found = ({ collectionName, limit, query }: Any) => {
    if (collectionName === 'missing') throw new ConnectError('Collection `missing` not found', Code.NotFound)
    return { result: hits(limit), time, usage: usageOf(query) }
  }
  const inGroups = ({ limit }: Any) => ({ result: { groups: hits(limit).map((hit) => ({ hits: [hit] })) }, time })
  const batch =
    (name: string) =>
    ({ [name]: queries }: Any) => ({ result: queries.map(({ limit }: Any) => ({ result: hits(limit) })), time })
  const written = () => ({ result: { operationId: 1n, status: 2 }, time })

  const adapter = connectNodeAdapter({
    routes: (router: Any) => {
      router.service(
        protocol('points_service_pb.js').Points,
        keeping({
          query: found,
          search: found,
          recommend: found,
          discover: found,
          scroll: found,
          queryBatch: batch('queryPoints'),
          searchBatch: batch('searchPoints'),
          recommendBatch: batch('recommendPoints'),
          discoverBatch: batch('discoverPoints'),
          queryGroups: inGroups,
          searchGroups: inGroups,
          recommendGroups: inGroups,
          searchMatrixPairs: ({ limit }: Any) => ({
            result: { pairs: hits(limit).map(({ id, score }) => ({ a: id, b: id, score })) },
            time,
          }),
          searchMatrixOffsets: ({ limit }: Any) => ({
            result: { scores: hits(limit).map(({ score }) => score), ids: hits(limit).map(({ id }) => id) },
            time,
          }),
          count: () => ({ result: { count: 7n }, time }),
          facet: ({ limit }: Any) => ({
            hits: hits(limit).map(() => ({ value: { variant: { case: 'stringValue', value: 'private' } }, count: 1n })),
            time,
          }),
          updateBatch: ({ operations }: Any) => ({
            result: operations.map(() => ({ operationId: 1n, status: 2 })),
            time,
          }),
          updateVectors: written,
          setPayload: written,
          overwritePayload: written,
          deleteVectors: written,
          deletePayload: written,
          clearPayload: written,
          createFieldIndex: written,
          get: ({ ids }: Any) => ({ result: hits(ids.length), time }),
          upsert: written,
          delete: written,
        }),
      )
      router.service(protocol('collections_service_pb.js').Collections, {
        get: () => ({ result: { status: 1, pointsCount: 3n }, time }),
        delete: () => ({ result: true, time }),
        create: () => ({ result: true, time }),
        collectionExists: () => ({ result: { exists: true }, time }),
        list: () => ({ collections: [{ name: 'docs' }], time }),
      })
    },
  })
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer(adapter).on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const session of sessions) session.destroy()
      }),
  }
}
