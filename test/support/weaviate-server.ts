import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './application.ts'
import { type Exchange, json, type Loopback, listen, now } from './openai-server.ts'
import { scoreAt } from './scores.ts'

const require = createRequire(join(root, 'test/packages/previous/package.json'))
const client = join(root, 'test/packages/previous/node_modules/weaviate-client/dist/node/cjs/proto')

// biome-ignore lint/suspicious/noExplicitAny: the messages are as the client's own definitions make them
type Any = any

const classOf = (name: string) => ({
  class: name,
  invertedIndexConfig: { bm25: { b: 0.75, k1: 1.2 }, cleanupIntervalSeconds: 60, stopwords: { preset: 'en' } },
  multiTenancyConfig: { enabled: false },
  replicationConfig: { factor: 1 },
  shardingConfig: {
    ...{ virtualPerPhysical: 1, desiredCount: 1, actualCount: 1, desiredVirtualCount: 1, actualVirtualCount: 1 },
    ...{ key: '_id', strategy: 'hash', function: 'murmur3' },
  },
  vectorizer: 'none',
  vectorIndexType: 'flat',
  vectorIndexConfig: { distance: 'cosine', vectorCacheMaxObjects: 1 },
  properties: [],
})
const uuid = (id: number) => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`

/**
 * Speaks Weaviate's gRPC and the part of its REST API that the client uses besides: as many objects as `limit` says,
 * in groups where asked for. The collection `Missing` is not there. gRPC's port stands behind the `#` of the URL.
 */
export async function weaviateServer(): Promise<Omit<Loopback, 'requests'>> {
  const { createServer, ServerError, Status } = require('nice-grpc')
  const { WeaviateDefinition } = require(join(client, 'v1/weaviate.js'))
  const { HealthDefinition, HealthCheckResponse_ServingStatus } = require(join(client, 'google/health/v1/health.js'))

  /** A search for words has a score; what is near has a distance, or the certainty that it was asked for. */
  const ranked = (id: number, { bm25Search, hybridSearch, metadata }: Any) =>
    bm25Search || hybridSearch
      ? { score: scoreAt(id), scorePresent: true }
      : metadata?.certainty
        ? { certainty: scoreAt(id), certaintyPresent: true }
        : { distance: id / 10, distancePresent: true }
  const object = (id: number, request: Any) => ({
    metadata: { id: uuid(id), ...ranked(id, request) },
    properties: { nonRefProps: { fields: { text: { textValue: 'private' } } }, refProps: [] },
  })
  /** A word is a token. */
  const generated = (text: string, prompt: string) => {
    const [promptTokens, completionTokens] = [prompt, text].map((words) => words.split(' ').length)
    return { values: [{ result: text, metadata: { openai: { usage: { promptTokens, completionTokens } } } }] }
  }
  const check = ({ collection }: Any) => {
    if (collection === 'Missing') throw new ServerError(Status.UNKNOWN, 'could not find class Missing in schema')
  }

  const unasked = async () => {
    throw new ServerError(Status.UNIMPLEMENTED, 'not spoken here')
  }

  const exchanges: Exchange[] = []
  const keeping = (path: string, answer: (request: Any) => Promise<object>) => async (sent: Any) => {
    const from = now()
    const answered = await answer(sent)
    exchanges.push({ path, sent, answered, status: 0, from, to: now() })
    return answered
  }
  const grpc = createServer()
  grpc.add(HealthDefinition, {
    check: async () => ({ status: HealthCheckResponse_ServingStatus.SERVING }),
    watch: unasked,
  })
  grpc.add(WeaviateDefinition, {
    async aggregate(request: Any) {
      check(request)
      return { took: 0.002, singleResult: { objectsCount: request.objectLimit ?? 7 } }
    },
    batchReferences: unasked,
    tenantsGet: unasked,
    search: keeping('search', async (request) => {
      check(request)
      const objects = Array.from({ length: request.limit || 1 }, (_, id) => object(id, request))
      if (request.groupBy !== undefined)
        return {
          took: 0.002,
          groupByResults: [{ name: 'group', numberOfObjects: objects.length, objects }],
        }
      const { single, grouped } = request.generative ?? {}
      return {
        took: 0.002,
        results: objects.map((one) =>
          single ? { ...one, generative: generated('private answer', single.prompt) } : one,
        ),
        ...(grouped && { generativeGroupedResults: generated('private summary', grouped.task) }),
      }
    }),
    batchObjects: keeping('batchObjects', async (request) => {
      const errors = request.objects.flatMap((one: Any, index: number) =>
        one.collection === 'Missing'
          ? [{ index, error: 'could not find class Missing in schema' }]
          : one.properties?.nonRefProperties?.fails === true
            ? [{ index, error: 'no such property with name private' }]
            : [],
      )
      return { took: 0.003, errors }
    }),
    batchDelete: keeping('batchDelete', async (request) => {
      check(request)
      const failed = JSON.stringify(request.filters).includes('private none') ? 3 : 1
      return { took: 0.25, matches: 3, successful: 3 - failed, failed, objects: [] }
    }),
    async *batchStream(requests: AsyncIterable<Any>) {
      for await (const { start, data } of requests) {
        if (start) yield { started: {} }
        const uuids = data?.objects?.values.map((one: Any) => one.uuid) ?? []
        if (uuids.length === 0) continue
        yield { acks: { uuids, beacons: [] } }
        yield { results: { errors: [], successes: uuids.map((id: string) => ({ uuid: id })) } }
      }
    },
  })
  const port = await grpc.listen('127.0.0.1:0')

  const rest = await listen((request, body, response) => {
    const [, , kind, collection] = request.url?.split('?')[0]?.split('/') ?? []
    if (kind === 'meta') return json(response, { hostname: 'loopback', modules: {}, version: '1.36.0' })
    if (collection === 'Missing') return json(response, { error: [{ message: 'no such class' }] }, 422)
    if (kind === 'schema' && request.method === 'GET')
      return json(response, collection ? classOf(collection) : { classes: [classOf('Docs')] })
    if (kind === 'batch')
      return json(
        response,
        JSON.parse(body).map(({ to }: Any) => ({
          result: to.endsWith(uuid(9))
            ? { status: 'FAILED', errors: { error: [{ message: 'private' }] } }
            : { status: 'SUCCESS' },
        })),
      )
    if (request.url?.includes('/references/')) return json(response, {})
    if (body !== '' && request.method !== 'PATCH') return json(response, { ...JSON.parse(body), id: uuid(1) })
    response.writeHead(204).end()
  })
  return {
    url: `${rest.url}#${port}`,
    exchanges,
    close: async () => {
      await Promise.all([rest.close(), grpc.forceShutdown()])
    },
  }
}
