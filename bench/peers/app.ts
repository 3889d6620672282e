/**
 * A search service: each request is an embedding, a search with it and an answer that is streamed. It prints its port when
 * it listens, and at its end what it took; `/checks` uses the clients in the ways that a wrapper is known to break.
 */
const service = `
const { writeSync } = process.getBuiltinModule('node:fs')
const [openaiUrl, qdrantUrl] = process.argv.slice(2)
const openai = observed(new OpenAI({ baseURL: openaiUrl, apiKey: 'none', maxRetries: 0 }))
const qdrant = new QdrantClient({ url: qdrantUrl, checkCompatibility: false })
const embedding = { model: 'text-embedding-3-small', input: ['a private question', 'and another'], dimensions: 64 }
const chat = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'a private question' }],
  stream: true,
  stream_options: { include_usage: true },
}
async function textOf(stream) {
  let text = ''
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? ''
  return text
}
async function answer() {
  const { data } = await openai.embeddings.create(embedding)
  const { points } = await qdrant.query('docs', { query: data[0].embedding, limit: 5 })
  return { data, points, text: await textOf(await openai.chat.completions.create(chat)) }
}
const told = (error) => [error.constructor.name, error.status, error.message]
const checks = {
  promise: () => {
    const promise = openai.embeddings.create(embedding)
    promise.catch(() => {})
    return [promise.constructor.name, promise instanceof Promise, typeof promise.withResponse, typeof promise.asResponse]
  },
  withResponse: async () => {
    const { data, response } = await openai.embeddings.create(embedding).withResponse()
    return [data, response.status]
  },
  asResponse: async () => (await openai.embeddings.create(embedding).asResponse()).json(),
  'a refused call': () => openai.embeddings.create({ ...embedding, model: 'fail' }).catch(told),
  'a refused search': () => qdrant.query('missing', { query: [1], limit: 1 }).catch(told),
  tee: async () => Promise.all((await openai.chat.completions.create(chat)).tee().map(textOf)),
  'a stream that is left': async () => {
    const stream = await openai.chat.completions.create({ ...chat, model: 'endless' })
    for await (const _chunk of stream) break
    return stream.controller.signal.aborted
  },
}
async function checked() {
  const results = {}
  for (const [name, check] of Object.entries(checks))
    results[name] = await Promise.resolve().then(check).catch((error) => ['threw', ...told(error)])
  return results
}
const server = createServer(async (request, response) => {
  try {
    response.end(JSON.stringify(await (request.url === '/checks' ? checked() : answer())))
  } catch (error) {
    response.writeHead(500).end(String(error?.stack))
  }
})
const milliseconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
server.listen(0, '127.0.0.1', () => {
  const took = { cpu: -milliseconds(), rssReady: process.memoryUsage.rss() / 1e6 }
  process.stdin.once('end', async () => {
    took.rssEnd = process.memoryUsage.rss() / 1e6
    server.close()
    server.closeAllConnections()
    await globalThis.atEnd?.()
  }).resume()
  process.once('exit', () => {
    took.cpu += milliseconds()
    writeSync(1, JSON.stringify(took))
  })
  console.log(server.address().port)
})
`

export type ModuleKind = 'esm' | 'cjs'

/** The application's text; `wrapper` is the package and function that the client is to be passed through, if any. */
export function application(kind: ModuleKind, wrapper?: readonly [name: string, from: string]): string {
  const imports = [
    ['{ createServer }', 'node:http'],
    ['{ QdrantClient }', '@qdrant/js-client-rest'],
    ['{ OpenAI }', 'openai'],
    ...(wrapper ? [[`{ ${wrapper[0]} }`, wrapper[1]]] : []),
  ]
  const head = imports.map(([names, from]) =>
    kind === 'esm' ? `import ${names} from '${from}'` : `const ${names} = require('${from}')`,
  )
  return [...head, `const observed = ${wrapper?.[0] ?? '(client) => client'}`, service].join('\n')
}
