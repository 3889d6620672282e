/** The libraries that speak OpenAI's protocol, to whoever does, by what their clients' requests have in a header. */
export const openaiClients = {
  openai: 'x-stainless-lang: js',
  groq: 'x-stainless-lang: js',
  together: 'x-stainless-lang: js',
  'ai-sdk': 'user-agent: ai-sdk/openai',
  'ai-sdk-openai-compatible': 'user-agent: ai-sdk/openai-compatible',
} as const
