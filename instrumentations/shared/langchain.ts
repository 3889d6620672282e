import type { Call } from '../../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: models are read by shape
type Any = any

/** Whether a model streams: one that can't, or must not, answers a stream by `invoke`, which is then the call. */
export function streams({ self }: Call): boolean {
  let owner = Object(self)
  while (owner !== null && !Object.hasOwn(owner, '_streamResponseChunks')) owner = Object.getPrototypeOf(owner)
  return owner !== null && !Object.hasOwn(owner, 'generatePrompt') && !(self as Any).disableStreaming
}
