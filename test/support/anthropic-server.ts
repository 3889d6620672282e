import type { ServerResponse } from 'node:http'
import { frame } from './aws-events.ts'
import { type Body, json, type Loopback, listen, refuses, sendEvents } from './openai-server.ts'

/**
 * Speaks Anthropic's messages, streamed and not, and the same below the paths of Bedrock and Vertex. A model that is given
 * tools uses the first one, once; one that may write fewer than eight tokens reaches that limit; `latest` is answered by
 * one of another name, `thinks` thinks, `searches` reads more while it answers, `compacts` sums up what came before;
 * `older` tells only of its output at the end of a stream.
 */
export function anthropicServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const [, model, action] = /\/models?\/([^/:]+)[/:]([\w-]+)$/.exec(request.url ?? '') ?? []
    const sent: Body = JSON.parse(text || '{}')
    const stream = sent.stream ?? action === 'invoke-with-response-stream'
    const body = model === undefined ? sent : { ...sent, model, stream }
    if (refuses(request, body, response)) return
    if (action === 'invoke-with-response-stream') sendFrames(response, eventsOf(body))
    else if (stream) sendEvents(response, body, eventsOf(body))
    else json(response, messageOf(body))
  })
}

function sendFrames(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
  for (const event of events)
    response.write(frame('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }))
  response.end()
}

/** What is read beside the cache: ten tokens and one for each message. */
function countsOf({ model, messages }: Body, isStart = false) {
  const read = 10 + (messages as unknown[]).length
  const searched = model === 'searches' && !isStart ? 400 : 0
  const thought = model === 'thinks' ? 64 : 0
  return {
    input_tokens: read + searched,
    cache_creation_input_tokens: 300,
    cache_read_input_tokens: 32_000,
    output_tokens: isStart ? 1 : 7 + thought,
    output_tokens_details: { thinking_tokens: isStart ? 0 : thought },
  }
}

function usageOf(body: Body, isStart = false) {
  const counts = countsOf(body, isStart)
  const rounds = [
    {
      type: 'compaction',
      input_tokens: 180_000,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 40,
      output_tokens: 3_500,
    },
    { type: 'message', ...counts },
  ]
  return body.model === 'compacts' && !isStart ? { ...counts, iterations: rounds } : counts
}

const toolOf = ({ tools, messages }: Body) =>
  Array.isArray(tools) && (messages as unknown[]).length === 1
    ? { type: 'tool_use', id: 'toolu_1', name: tools[0].name, input: {} }
    : undefined
const reasonOf = (body: Body) => (toolOf(body) ? 'tool_use' : Number(body.max_tokens) < 8 ? 'max_tokens' : 'end_turn')

function messageOf(body: Body) {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: body.model === 'latest' ? 'latest-20261001' : body.model,
    content: [toolOf(body) ?? { type: 'text', text: '{"answer":"private"}' }],
    stop_reason: reasonOf(body),
    stop_sequence: null,
    usage: usageOf(body),
  }
}

function eventsOf(body: Body): unknown[] {
  const started = { ...messageOf(body), content: [], stop_reason: null, usage: usageOf(body, true) }
  const block = (index: number, content_block: object, deltas: readonly object[]) => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
  const thought = block(0, { type: 'thinking', thinking: '', signature: '' }, [
    { type: 'thinking_delta', thinking: 'private' },
    { type: 'signature_delta', signature: 'private' },
  ])
  const tool = toolOf(body)
  const index = body.model === 'thinks' ? 1 : 0
  const answer = tool
    ? block(
        index,
        tool,
        ['', '{}'].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      )
    : block(
        index,
        { type: 'text', text: '' },
        ['{"answer":', '"private"}'].map((text) => ({ type: 'text_delta', text })),
      )
  const { output_tokens } = countsOf(body)
  return [
    { type: 'message_start', message: started },
    { type: 'ping' },
    ...(index > 0 ? thought : []),
    ...answer,
    {
      type: 'message_delta',
      delta: { stop_reason: reasonOf(body), stop_sequence: null },
      // Each is of the whole message so far.
      usage: body.model === 'older' ? { output_tokens } : usageOf(body),
    },
    { type: 'message_stop' },
  ]
}
