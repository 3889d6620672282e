const [own, read, cached] = ['inputTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens']
/** What Bedrock's Converse says of itself: what was read from a cache and written to it is not in its own count of the input. */
export const converseUsage = (at: string) => ({
  input_tokens: [[own, read, cached], [own, read], [own, cached], [own]]
    .map((counts) => counts.map((count) => `${at}.usage.${count}`).join(' + '))
    .join(' ?? '),
  output_tokens: `${at}.usage.outputTokens`,
  cached_tokens: `${at}.usage.${read}`,
  cache_write_tokens: `${at}.usage.${cached}`,
  server_ms: `${at}.metrics.latencyMs`,
  // Of a router, the model that it chose.
  response_model: `${at}.trace.promptRouter.invokedModelId`,
})
