import OpenAI from 'openai'

export const dimensions = 256
// Reads OPENAI_BASE_URL and OPENAI_API_KEY.
const client = new OpenAI()

/** One vector for each text. */
export async function embed(texts) {
  const { data } = await client.embeddings.create({ model: 'text-embedding-3-small', input: texts, dimensions })
  return data.map(({ embedding }) => embedding)
}
