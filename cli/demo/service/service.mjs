// A search over a cook's notes, GET /search?q=…, on Node alone. It has one fault, which the report names.
import { createServer } from 'node:http'
import { openNotes } from './notes.mjs'
import { Ranking } from './ranking.mjs'

const { EMBEDDINGS_URL, QDRANT_URL } = process.env
const notes = await openNotes()
const ranking = new Ranking()

const asked = (body) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** One vector for each text. */
async function embed(texts) {
  const vectors = []
  // The fault: one request after another, where one takes them all: `input: texts`.
  for (const text of texts) {
    const body = asked({ model: 'text-embedding-3-small', input: text })
    const response = await fetch(`${EMBEDDINGS_URL}/v1/embeddings`, body)
    const { data } = await response.json()
    vectors.push(data[0].embedding)
  }
  return vectors
}

/** The question as people put it, whose vectors are averaged. */
const phrasings = (question) => [
  question,
  `how to ${question}`,
  `${question} at home`,
  `a recipe: ${question}`,
  `${question}, step by step`,
]

async function search(question) {
  const vectors = await embed(phrasings(question))
  const query = vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length)
  const response = await fetch(`${QDRANT_URL}/collections/notes/points/query`, asked({ query, limit: 5 }))
  const { result } = await response.json()
  const found = result.points.map(({ id, score }) => ({ score, text: notes.textOf(id) }))
  return ranking.order(question, found).slice(0, 3)
}

const server = createServer(async (request, response) => {
  const question = new URL(request.url, 'http://localhost').searchParams.get('q')
  try {
    const found = question ? await search(question) : []
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(found))
  } catch (error) {
    console.error(error)
    response.writeHead(500)
    response.end()
  }
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))

// The demo is over, or it is no more.
process.once('disconnect', () => process.exit(0))
