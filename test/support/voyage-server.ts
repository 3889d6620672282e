import { json, type Loopback, listen } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as JSON
type Any = any

/** All characters of what is to be read, wherever it stands: each is a token. */
const tokensIn = (value: Any): number =>
  typeof value === 'string'
    ? value.length
    : Array.isArray(value)
      ? value.reduce((sum: number, one) => sum + tokensIn(one), 0)
      : tokensIn(value?.text ?? value?.content ?? [])

/** Speaks Voyage's API. The model `fail` answers 400, and `turns` finds the last the best. */
export function voyageServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const body = JSON.parse(text || '{}')
    const { model, input, inputs, documents, query = '', top_k, output_dimension = 4 } = body
    if (model === 'fail') return json(response, { detail: 'Model fail is not supported' }, 400)
    const total_tokens = tokensIn(documents ?? inputs ?? input) + query.length * (documents?.length ?? 0)
    const embedded = (_: unknown, index: number) => ({
      object: 'embedding',
      embedding: Array.from({ length: output_dimension }, (_value, i) => index + i),
      index,
    })
    const list = (data: readonly unknown[]) => json(response, { object: 'list', data, model, usage: { total_tokens } })
    if (request.url === '/rerank') {
      const ranked = documents.map((_: unknown, index: number) => ({ index, relevance_score: 1 / (1 + index) }))
      return list((model === 'turns' ? ranked.reverse() : ranked).slice(0, top_k ?? ranked.length))
    }
    if (request.url !== '/contextualizedembeddings') return list([input ?? inputs].flat().map(embedded))
    return list(
      inputs.map((chunks: unknown[], index: number) => ({ object: 'list', data: chunks.map(embedded), index })),
    )
  })
}
