import type { Import, PackageSet } from './application.ts'
import type { Given, LibraryCall } from './library.ts'

/** The packages of the AI SDK stand in the same sets as the majors of `ai` that go with them: 7, 6 and 5. */
export const aiSdkSets: readonly PackageSet[] = ['current', 'previous', 'older']
export const older = ({ packages }: Given): boolean => packages === 'older'
export const newer = (given: Given): boolean => !older(given)

/** 5 has no rerank. */
export const aiImports = (given: Given): readonly Import[] => [
  [`{ embedMany, generateText, streamText${older(given) ? '' : ', rerank'} }`, 'ai'],
]

/** What asks a model by the interface that all of them have, and prints what it tells. */
export const asking = `
  globalThis.AI_SDK_LOG_WARNINGS = false
  const asked = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'private question' }] }] }
  const textOf = ({ content }) => content.map(({ text }) => text).join('')
  const partsOf = async ({ stream, ...rest }) => {
    const types = []
    for await (const { type } of stream) types.push(type)
    return [types, Object.keys(rest).sort()]
  }
  const whole = async (model) => print(textOf(await model.doGenerate(asked)))
  const streamed = async (model) => print(await partsOf(await model.doStream(asked)))
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20))`

type Expected = Readonly<Record<string, unknown>>

export const inTime = { stream: true, time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const { stream: _, ...times } = inTime

/** What `ai` tells once more of what a model has told; `own` is what is other with it. */
const nestedOf = (inner: Expected, own: Expected): Expected => {
  const { scope, model, provider, finish_reason, input_tokens, output_tokens, ...rest } = inner
  // Of nothing there is nothing to take away.
  const nothing = Object.fromEntries(Object.entries(rest).filter(([, value]) => value === 0))
  const nested = { nested_input_tokens: input_tokens, nested_output_tokens: output_tokens }
  return { scope, library: 'ai', model, provider, finish_reason, ...nothing, ...nested, ...own }
}

/** A text that `ai` asks of a model, whole and streamed, of which 7 tells on its channel that it is there. */
export function throughAi(model: string, whole: Expected, streamed: Expected, own: Expected = {}) {
  const { chunks } = streamed
  const body = `
    print((await generateText({ model: ${model}, prompt: 'private question' })).text)
    for await (const text of streamText({ model: ${model}, prompt: 'private question' }).textStream) print(text)
    await settled()`
  const outer = { ...nestedOf(streamed, own), stream: true, chunks, ...times }
  return (_given: Given): Pick<LibraryCall, 'body' | 'records'> => ({
    body,
    records: [whole, nestedOf(whole, own), streamed, outer],
  })
}

/** The same case in each set, where what it records depends on the versions. */
export const inEachSet = (it: string, made: (given: Given) => Pick<LibraryCall, 'body' | 'records'>): LibraryCall[] =>
  aiSdkSets.map((packages) => ({
    it,
    when: (given) => given.packages === packages,
    ...made({ packages, format: 'cjs', version: '', url: '' }),
  }))
