import { json, type Loopback, listen } from './openai-server.ts'

const words = ['private ', 'answer ', 'in parts']

/**
 * Speaks Ollama's API: streams are lines of JSON, each character is a token. The model `fail` answers 404, that of
 * `endless` never ends, `thinker` thinks before it answers.
 */
export function ollamaServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const { model, input, dimensions = 4, stream, messages, prompt } = JSON.parse(text || '{}')
    if (model === 'fail') return json(response, { error: `model "${model}" not found, try pulling it first` }, 404)
    const path = request.url?.slice('/api/'.length)
    const vector = Array.from({ length: dimensions }, (_, i) => i / 10)
    if (path === 'embeddings') return json(response, { embedding: vector })
    const times = { total_duration: 12_345_678, load_duration: 1_000_000 }
    if (path === 'embed') {
      const embeddings = [input].flat().map(() => vector)
      return json(response, { model, embeddings, ...times, prompt_eval_count: [input].flat().join('').length })
    }
    const part = (content: string, thinking?: string) => ({
      model,
      created_at: '2026-01-01T00:00:00.000Z',
      ...(path === 'chat' ? { message: { role: 'assistant', content, thinking } } : { response: content, thinking }),
    })
    const end = {
      done: true,
      done_reason: 'stop',
      ...times,
      prompt_eval_count: (prompt ?? messages[0].content).length,
      prompt_eval_duration: 1_000_000,
      eval_count: words.join('').length,
      eval_duration: 2_000_000,
    }
    if (!stream) return json(response, { ...part(words.join('')), ...end })
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    if (model === 'thinker') response.write(`${JSON.stringify({ ...part('', 'private'), done: false })}\n`)
    for (const word of words) response.write(`${JSON.stringify({ ...part(word), done: false })}\n`)
    if (model === 'endless') return
    response.end(`${JSON.stringify({ ...part(''), ...end })}\n`)
  })
}
