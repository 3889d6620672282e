import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/** Speaks POST /v1/embeddings on a free loopback port, 20 to 60 ms later. */
export async function listenOpenai() {
  const server = createServer(async (request, response) => {
    const { model, input, dimensions = 256, encoding_format } = JSON.parse(await text(request))
    const texts = [input].flat()
    const data = texts.map((one, index) => {
      const vector = embed(one, dimensions)
      const embedding = encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
      return { object: 'embedding', index, embedding }
    })
    const tokens = texts.reduce((sum, one) => sum + Math.ceil(one.length / 4), 0)
    const body = { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } }
    setTimeout(
      () => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      },
      20 + (tokens % 41),
    )
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${server.address().port}/v1`
}

/** Counts words and pairs of words into hashed places, normalised: texts that share words are near each other. */
function embed(one, dimensions) {
  const vector = new Float32Array(dimensions)
  const words = one.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? ['empty']
  words.forEach((word, i) => {
    vector[hash(word) % dimensions] += 1
    if (i > 0) vector[hash(`${words[i - 1]} ${word}`) % dimensions] += 0.5
  })
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

/** FNV-1a */
function hash(one) {
  let value = 2166136261
  for (let i = 0; i < one.length; i++) value = Math.imul(value ^ one.charCodeAt(i), 16777619)
  return value >>> 0
}
