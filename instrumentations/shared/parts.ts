// biome-ignore lint/suspicious/noExplicitAny: a stream's parts are read by shape
type Any = any

/** Whether the AI SDK's part of a stream is what a model wrote: text, an object; others tell of starts and ends. */
export function isAnswer(chunk: Any): boolean {
  // What `ai` keeps of its own stream holds the part.
  const part = chunk?.part ?? chunk
  if (typeof part === 'string') return !part.startsWith('data: ')
  return part instanceof Uint8Array ? false : part?.type === undefined || outputs.test(part.type)
}

/** The same of a streamed object, which is there as its text, too. */
export const isText = (part: Any) => part?.type !== 'object' && isAnswer(part)

const outputs = /-delta$|^(?:object|file|source|tool-call)$/
