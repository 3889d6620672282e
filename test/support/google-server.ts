import type { ServerResponse } from 'node:http'
import { interactionOf, streamInteraction } from './google-interactions.ts'
import { json, type Loopback, listen } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as JSON
type Any = any

/** Each character is a token, that of a function's name and of its response too. */
const tokensIn = (contents: Any): number =>
  [contents].flat().reduce((sum: number, { parts = [] }: Any) => {
    const texts = parts.map(({ text, functionCall, functionResponse }: Any) =>
      functionResponse ? JSON.stringify(functionResponse.response) : (functionCall?.name ?? text ?? ''),
    )
    return sum + texts.join('').length
  }, 0)

const vector = (seed: unknown, length = 4) =>
  Array.from({ length }, (_, i) => Math.round(Math.sin(JSON.stringify(seed).length + i) * 1000) / 1000)

/**
 * Speaks the Gemini API with its interactions, and Vertex's `predict`. The model `fail` answers 404, `blocked` refuses
 * the prompt, `thinker` thinks before it answers. Where functions are declared it first asks for the first of them.
 */
export function googleServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const url = decodeURIComponent(request.url ?? '')
    const [, model = '', action] = /models\/([^/:]+):(\w+)/.exec(url) ?? []
    const body = JSON.parse(text || '{}')
    if (model === 'fail' || body.model === 'fail') {
      return json(response, { error: { code: 404, message: `models/${model} is not found`, status: 'NOT_FOUND' } }, 404)
    }
    if (url.endsWith('/interactions'))
      return body.stream ? streamInteraction(response, body) : json(response, interactionOf(body))
    if (action === 'embedContent') return json(response, { embedding: { values: vector(body.content) } })
    if (action === 'batchEmbedContents') {
      const embeddings = body.requests.map((one: Any) => ({ values: vector(one.content, one.outputDimensionality) }))
      const promptTokenCount = tokensIn(body.requests.map((one: Any) => one.content))
      return json(response, { embeddings, usageMetadata: { promptTokenCount } })
    }
    if (action === 'predict') {
      const predictions = body.instances.map(({ content }: Any) => ({
        embeddings: { values: vector(content), statistics: { token_count: content.length, truncated: false } },
      }))
      const billableCharacterCount = body.instances.reduce((sum: number, { content }: Any) => sum + content.length, 0)
      return json(response, { predictions, metadata: { billableCharacterCount } })
    }
    if (action === 'streamGenerateContent') return stream(response, model, body)
    return json(response, generated(model, body, answerOf(body)))
  })
}

/** A function's call, where one is declared and the last message has not its response; else a text. */
function answerOf({ tools, contents }: Any): Any[] {
  const declared = tools?.[0]?.functionDeclarations?.[0]
  const asked = contents.at(-1).parts.some((part: Any) => part.functionResponse)
  return declared && !asked ? [{ functionCall: { name: declared.name, args: {} } }] : [{ text: 'private answer' }]
}

let answers = 0

function generated(model: string, { contents, tools, cachedContent }: Any, parts: Any[], last = true, id = ++answers) {
  const whole = { modelVersion: `${model}-001`, responseId: `private-${id}` }
  const promptTokenCount = tokensIn(contents)
  if (model === 'blocked')
    return {
      ...whole,
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount, totalTokenCount: promptTokenCount },
    }
  const searches = tools?.some(({ googleSearch }: Any) => googleSearch)
  const written = tokensIn([{ parts: parts.filter(({ thought }) => !thought) }])
  const counts = {
    promptTokenCount,
    ...(written > 0 && { candidatesTokenCount: written }),
    ...(cachedContent && { cachedContentTokenCount: 1 }),
    ...(searches && { toolUsePromptTokenCount: 40 }),
    ...(model === 'thinker' && { thoughtsTokenCount: 700 }),
  }
  const content = { parts: parts.slice(-1), role: 'model' }
  return {
    ...whole,
    candidates: [{ content, ...(last && { finishReason: 'STOP' }), index: 0 }],
    usageMetadata: {
      ...counts,
      totalTokenCount:
        promptTokenCount + written + (counts.toolUsePromptTokenCount ?? 0) + (counts.thoughtsTokenCount ?? 0),
    },
  }
}

/** As `alt=sse` asks; each chunk counts the tokens so far. */
function stream(response: ServerResponse, model: string, body: Any): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const thoughts = model === 'thinker' ? [{ text: 'private thought', thought: true }] : []
  const answer = answerOf(body)
  const parts = answer[0].functionCall ? answer : ['private ', 'answer ', 'in parts'].map((text) => ({ text }))
  const all = model === 'blocked' ? [{}] : [...thoughts, ...parts]
  const id = ++answers
  for (const i of all.keys()) {
    const chunk = generated(model, body, all.slice(0, i + 1), i === all.length - 1, id)
    response.write(`data: ${JSON.stringify(chunk)}\r\n\r\n`)
  }
  response.end()
}
