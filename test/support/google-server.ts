import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as JSON
type Any = any

const vector = (seed: unknown, length = 4) =>
  Array.from({ length }, (_, i) => Math.round(Math.sin(JSON.stringify(seed).length + i) * 1000) / 1000)

/**
 * Speaks the Gemini API, and Vertex's `predict`. The model `fail` answers 404. Where functions are declared it first
 * asks for the first of them.
 */
export function googleServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const [, model = '', action] = /models\/([^/:]+):(\w+)/.exec(decodeURIComponent(request.url ?? '')) ?? []
    const body = JSON.parse(text || '{}')
    if (model === 'fail') {
      return json(response, { error: { code: 404, message: `models/${model} is not found`, status: 'NOT_FOUND' } }, 404)
    }
    if (action === 'embedContent') return json(response, { embedding: { values: vector(body.content) } })
    if (action === 'batchEmbedContents') {
      const embeddings = body.requests.map((one: Any) => ({ values: vector(one.content, one.outputDimensionality) }))
      return json(response, { embeddings, usageMetadata: { promptTokenCount: 3 * embeddings.length } })
    }
    if (action === 'predict') {
      const predictions = body.instances.map((one: Any) => ({
        embeddings: { values: vector(one.content), statistics: { token_count: 5, truncated: false } },
      }))
      return json(response, { predictions, metadata: { billableCharacterCount: 20 } })
    }
    if (action === 'streamGenerateContent') return stream(response, model)
    return json(response, generated(model, parts(body), 2))
  })
}

function parts({ tools, contents }: Any): Any[] {
  const declared = tools?.[0]?.functionDeclarations?.[0]
  const asked = contents.at(-1).parts.some((part: Any) => part.functionResponse)
  return declared && !asked ? [{ functionCall: { name: declared.name, args: {} } }] : [{ text: 'private answer' }]
}

function generated(model: string, content: Any[], written: number, finishReason: string | undefined = 'STOP') {
  return {
    candidates: [{ content: { parts: content, role: 'model' }, finishReason, index: 0 }],
    usageMetadata: {
      promptTokenCount: 7,
      candidatesTokenCount: written,
      cachedContentTokenCount: 1,
      totalTokenCount: 7 + written,
    },
    modelVersion: model,
    responseId: 'private-id',
  }
}

/** As `alt=sse` asks. */
function stream(response: ServerResponse, model: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const words = ['private ', 'answer ', 'in parts']
  for (const [i, text] of words.entries()) {
    const last = i === words.length - 1
    const chunk = generated(model, [{ text }], 2 * (i + 1), last ? 'STOP' : undefined)
    response.write(`data: ${JSON.stringify(chunk)}\r\n\r\n`)
  }
  response.end()
}
