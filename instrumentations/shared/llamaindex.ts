/** A figure as OpenAI and its responses, Anthropic and Mistral, Gemini, and Ollama name it. */
const figure = (raw: string, ofUsage: readonly string[], ofGemini: readonly string[], ofOllama?: string) =>
  [
    ...['usage', 'response.usage'].flatMap((at) => ofUsage.map((name) => `${raw}.${at}.${name}`)),
    ...ofGemini.map((name) => name.replaceAll('*', `${raw}.usageMetadata.`)),
    ...(ofOllama ? [`${raw}.${ofOllama}`] : []),
  ].join(' ?? ')

/** Anthropic tells of what its cache has read and written beside the input. */
const cached = (raw: string) =>
  ['cache_read_input_tokens', 'cache_creation_input_tokens']
    .map((name) => ` + (${raw}.usage.${name} ?? ${raw}.message.usage.${name} ?? 0)`)
    .join('')

/**
 * `raw` is the provider's own answer or chunk. Each that tells of a stream's tokens tells of all of them, Gemini again and
 * again, so the last one counts; Anthropic tells those of the input as it begins.
 */
export const usage = (raw: string) => {
  const input = figure(
    raw,
    ['prompt_tokens', 'input_tokens', 'promptTokens'],
    ['*promptTokenCount + *toolUsePromptTokenCount', '*promptTokenCount'],
    'prompt_eval_count',
  )
  return {
    input_tokens: `(${input} ?? ${raw}.message.usage.input_tokens)${cached(raw)}`,
    output_tokens: figure(
      raw,
      ['completion_tokens', 'output_tokens', 'completionTokens'],
      ['*candidatesTokenCount + *thoughtsTokenCount', '*candidatesTokenCount'],
      'eval_count',
    ),
    cached_tokens: figure(
      raw,
      ['prompt_tokens_details.cached_tokens', 'input_tokens_details.cached_tokens', 'cache_read_input_tokens'],
      ['*cachedContentTokenCount'],
    ),
    reasoning_tokens: figure(
      raw,
      ['completion_tokens_details.reasoning_tokens', 'output_tokens_details.reasoning_tokens'],
      ['*thoughtsTokenCount'],
    ),
    finish_reason: [
      'choices.0.finish_reason',
      'stop_reason',
      'delta.stop_reason',
      'candidates.0.finishReason',
      'done_reason',
    ]
      .map((path) => `${raw}.${path}`)
      .join(' ?? '),
  }
}
