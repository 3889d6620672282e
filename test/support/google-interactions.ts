import type { ServerResponse } from 'node:http'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as JSON
type Any = any

const words = ['private ', 'answer ', 'in parts']
const thoughts = 700

const usageOf = ({ input, tools = [] }: Any) => {
  const counts = {
    total_input_tokens: input.length,
    total_output_tokens: words.join('').length,
    total_thought_tokens: thoughts,
    total_tool_use_tokens: 40 * tools.length,
  }
  return { ...counts, total_cached_tokens: 0, total_tokens: Object.values(counts).reduce((a, b) => a + b) }
}
const envelope = (body: Any, status: string) => ({
  id: 'private-id',
  object: 'interaction',
  created: '2026-01-01T00:00:00Z',
  updated: '2026-01-01T00:00:00Z',
  status,
  ...(body.agent ? { agent: body.agent } : { model: `${body.model}-001` }),
})

/** What works in the background is only begun; the input `private failure` fails. */
export function interactionOf(body: Any): Any {
  if (body.background) return envelope(body, 'in_progress')
  if (body.input === 'private failure')
    return { ...envelope(body, 'failed'), errors: [{ code: 'internal', message: 'private' }] }
  const content = [{ type: 'text', text: words.join('') }]
  const steps = [
    { type: 'thought', signature: 'private' },
    { type: 'model_output', content },
  ]
  return { ...envelope(body, 'completed'), steps, usage: usageOf(body) }
}

export function streamInteraction(response: ServerResponse, body: Any): void {
  const failure = { event_type: 'error', error: { code: 'internal', message: 'private' } }
  const delta = (index: number, value: Any) => ({ event_type: 'step.delta', index, delta: value })
  const events = [
    { event_type: 'interaction.created', interaction: envelope(body, 'in_progress') },
    { event_type: 'step.start', index: 0, step: { type: 'thought' } },
    delta(0, { type: 'thought_summary', content: { type: 'text', text: 'private thought' } }),
    { event_type: 'step.stop', index: 0 },
    { event_type: 'step.start', index: 1, step: { type: 'model_output' } },
    ...words.map((text) => delta(1, { type: 'text', text })),
    { event_type: 'step.stop', index: 1 },
    body.input === 'private failure'
      ? failure
      : { event_type: 'interaction.completed', interaction: { ...envelope(body, 'completed'), usage: usageOf(body) } },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) response.write(`event: ${event.event_type}\ndata: ${JSON.stringify(event)}\n\n`)
  response.end('event: done\ndata: [DONE]\n\n')
}
