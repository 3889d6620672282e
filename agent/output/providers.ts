/** The provider of a model, by frameworks' words: `openai.chat`, `AzureOpenAIEmbeddings`; the first match counts. */
const providers: readonly (readonly [RegExp, string])[] = [
  [/^openai.?compatible/i, 'openai_compatible'],
  [/azure.*inference/i, 'azure.ai.inference'],
  [/azure/i, 'azure.ai.openai'],
  [/bedrock/i, 'aws.bedrock'],
  [/vertex/i, 'gcp.vertex_ai'],
  [/gemini|generative-?ai/i, 'gcp.gemini'],
  [/google/i, 'gcp.gen_ai'],
  [/anthropic/i, 'anthropic'],
  [/cohere/i, 'cohere'],
  [/mistral/i, 'mistral_ai'],
  [/groq/i, 'groq'],
  [/deepseek/i, 'deepseek'],
  [/perplexity/i, 'perplexity'],
  [/^x\W?ai|chatxai/i, 'x_ai'],
  [/watsonx/i, 'ibm.watsonx.ai'],
  [/moonshot/i, 'moonshot_ai'],
  [/openai/i, 'openai'],
]

/** The convention's name of a provider, or what the call says of it, unchanged. */
export function providerOf(said: string): string {
  return providers.find(([pattern]) => pattern.test(said))?.[1] ?? said
}
