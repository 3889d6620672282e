import { json, type Loopback, listen } from './openai-server.ts'

/** Speaks Voyage's API. The model `fail` answers 400. */
export function voyageServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const { model, input, inputs, documents, top_k, output_dimension = 4 } = JSON.parse(text || '{}')
    if (model === 'fail') return json(response, { detail: 'Model fail is not supported' }, 400)
    const embedded = (_: unknown, index: number) => ({
      object: 'embedding',
      embedding: Array.from({ length: output_dimension }, (_value, i) => index + i),
      index,
    })
    const list = (data: readonly unknown[]) =>
      json(response, { object: 'list', data, model, usage: { total_tokens: 3 * data.length } })
    if (request.url === '/rerank') {
      const ranked = documents.map((_: unknown, index: number) => ({ index, relevance_score: 1 / (1 + index) }))
      return list(ranked.slice(0, top_k ?? ranked.length))
    }
    if (request.url !== '/contextualizedembeddings') return list([input ?? inputs].flat().map(embedded))
    return list(
      inputs.map((chunks: unknown[], index: number) => ({ object: 'list', data: chunks.map(embedded), index })),
    )
  })
}
