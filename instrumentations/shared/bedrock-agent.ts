const input = 'args.0.input'

/** What is asked of a knowledge base, of either kind. */
export const searched = (at: string) => {
  const search = `(${at}.vectorSearchConfiguration ?? ${at}.managedSearchConfiguration)`
  return { top_k: `${search}.numberOfResults`, filtered: `has(${search}.filter)` }
}

const answered = `${input}.retrieveAndGenerateConfiguration`
const base = `${answered}.knowledgeBaseConfiguration`
/** Of an answer from what is in a knowledge base, or in sources that are sent along. */
export const answer = {
  model: `(${base} ?? ${answered}.externalSourcesConfiguration).modelArn`,
  collection: `${base}.knowledgeBaseId`,
  query_len: `${input}.input.text.length`,
  ...searched(`${base}.retrievalConfiguration`),
}
/** What a guardrail has not let through. */
export const refused = (at: string) => `${at} == 'INTERVENED' && ${at} || undefined`

const traces = ['preProcessing', 'routingClassifier', 'orchestration', 'postProcessing'].map(
  (step) => `chunk.trace.trace.${step}Trace`,
)
const each = (path: string) => traces.map((trace) => `${trace}.${path}`).join(' ?? ')
/** An agent asks its model as often as it has steps, and tells of them with `enableTrace` alone. */
export const steps = {
  input_tokens: `sum(${each('modelInvocationOutput.metadata.usage.inputTokens')})`,
  output_tokens: `sum(${each('modelInvocationOutput.metadata.usage.outputTokens')})`,
  response_model: each('modelInvocationInput.foundationModel'),
}
