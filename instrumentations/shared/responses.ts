/** What a response of OpenAI's API says of itself. */
export const responseUsage = (root: string) => ({
  input_tokens: `${root}.usage.input_tokens`,
  output_tokens: `${root}.usage.output_tokens`,
  cached_tokens: `${root}.usage.input_tokens_details.cached_tokens`,
  cache_write_tokens: `${root}.usage.input_tokens_details.cache_write_tokens`,
  reasoning_tokens: `${root}.usage.output_tokens_details.reasoning_tokens`,
  response_model: `${root}.model || undefined`,
  // One that is not at its end has a status as well.
  finish_reason: `${root}.incomplete_details.reason || ${root}.status == 'completed' && 'completed' || undefined`,
})

/** The events that hold a piece of the answer. Its reasoning, and what a tool has given back, come in pieces as well. */
export const responseToken = [
  'output_text',
  'refusal',
  'function_call_arguments',
  'custom_tool_call_input',
  'mcp_call_arguments',
  'code_interpreter_call_code',
  'shell_call_command',
  'audio.transcript',
]
  .map((piece) => `chunk.type == 'response.${piece}.delta'`)
  .join(' || ')

const failed = (root: string) => `${root}.error.code || ${root}.status == 'failed'`
/** How a response, or an event of one, says that it failed; some versions throw the last kind, others hand it out. */
export const responseFailed = [
  failed('result'),
  failed('chunk.response'),
  `chunk.type == 'error' && chunk.code || chunk.type == 'error'`,
].join(' || ')
