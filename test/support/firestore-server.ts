import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './application.ts'
import { type Exchange, type Loopback, now } from './openai-server.ts'

const client = join(root, 'test/packages/previous/node_modules/@google-cloud/firestore')
const require = createRequire(join(client, 'package.json'))

// biome-ignore lint/suspicious/noExplicitAny: the messages are as the client's own definitions make them
type Any = any

/** Speaks Firestore's gRPC: as many documents as a search asks for, two at most; the collection `missing` has no index. */
export async function firestoreServer(): Promise<Omit<Loopback, 'requests'>> {
  const grpc = require('@grpc/grpc-js')
  const { loadSync } = require('@grpc/proto-loader')
  const protos = join(client, 'build/protos')
  const definition = loadSync('google/firestore/v1/firestore.proto', { includeDirs: [protos], keepCase: false })
  const { service } = (grpc.loadPackageDefinition(definition) as Any).google.firestore.v1.Firestore

  const readTime = { seconds: 1_700_000_000, nanos: 0 }
  const exchanges: Exchange[] = []
  const RunQuery = (call: Any) => {
    const from = now()
    const { parent, structuredQuery: query, explainOptions } = call.request
    const [{ collectionId }] = query.from
    if (collectionId === 'missing')
      return call.emit('error', { code: grpc.status.INVALID_ARGUMENT, details: 'private' })
    const count = explainOptions && !explainOptions.analyze ? 0 : Math.min(query.findNearest.limit.value, 2)
    for (let i = 0; i < count; i++) {
      const name = `${parent}/${collectionId}/private-${i}`
      const fields = { title: { stringValue: 'private' } }
      call.write({ document: { name, fields, createTime: readTime, updateTime: readTime }, readTime })
    }
    if (explainOptions)
      call.write({ explainMetrics: { planSummary: { indexesUsed: [] } }, ...(explainOptions.analyze && { readTime }) })
    else if (count === 0) call.write({ readTime })
    exchanges.push({ path: 'RunQuery', sent: query, answered: { documents: count }, status: 0, from, to: now() })
    call.end()
  }
  const server = new grpc.Server()
  server.addService(service, { RunQuery })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error: Error | null, bound: number) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  return { url: `http://127.0.0.1:${port}`, exchanges, close: async () => server.forceShutdown() }
}
