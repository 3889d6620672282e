// A search service: embeds a corpus into two vector stores at start, then answers GET /search?q=…&store=…&k=….
import { createServer } from 'node:http'
import { readCorpus } from './corpus.mjs'
import { embed } from './embeddings.mjs'
import { openLance } from './lance.mjs'
import { openPostgres } from './postgres.mjs'
import { Search } from './search.mjs'

const corpus = readCorpus(new URL('./node_modules/', import.meta.url), 400)
const stores = { lancedb: await openLance(), pgvector: await openPostgres(process.env.DATABASE_URL) }
for (let i = 0; i < corpus.length; i += 32) {
  const sections = corpus.slice(i, i + 32)
  const vectors = await embed(sections.map(({ text }) => text))
  await Promise.all(Object.values(stores).map((store) => store.add(sections, vectors)))
}
console.log(`${corpus.length} sections of ${new Set(corpus.map(({ source }) => source)).size} files are indexed`)

const search = new Search(stores)
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  const query = searchParams.get('q')
  const store = searchParams.get('store') ?? 'lancedb'
  if (pathname !== '/search' || !query || !Object.hasOwn(stores, store))
    return reply(404, { error: `ask for /search?q=…&store=${Object.keys(stores).join('|')}` })
  try {
    reply(200, await search.find(query, store, Number(searchParams.get('k') ?? 3)))
  } catch (error) {
    console.error(error)
    reply(500, { error: 'the search failed' })
  }
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close()
    server.closeAllConnections()
    await Promise.allSettled(Object.values(stores).map((store) => store.close()))
    process.exit(0)
  })
}
