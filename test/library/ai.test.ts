import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, type Import, libraryFormats, run, sets } from '../support/application.ts'
import { type Given, library } from '../support/library.ts'

const model = `
  const model = {
    specificationVersion: 'v3', provider: 'mine', modelId: 'small', maxEmbeddingsPerCall: 2, supportsParallelCalls: true,
    async doEmbed({ values, abortSignal }) {
      if (values[0] === 'fail') throw new TypeError('no such text')
      abortSignal?.throwIfAborted()
      if (values[0] === 'hang') await new Promise((_, reject) => abortSignal.addEventListener('abort', () => reject(abortSignal.reason)))
      return { embeddings: values.map((value) => [value.length, 1]), usage: { tokens: values.length * 3 }, warnings: [] }
    },
  }`

// What TypeScript compiles `import * as ai from 'ai'` and `export * from 'ai'` to.
const compiled = `
  "use strict";
  var __createBinding = function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
  };
  var __importStar = function (mod) {
    if (mod && mod.__esModule) return mod;
    var result = {};
    if (mod != null) for (var k of Object.getOwnPropertyNames(mod)) if (k !== "default") __createBinding(result, mod, k);
    Object.defineProperty(result, "default", { enumerable: true, value: mod });
    return result;
  };
  Object.defineProperty(exports, "__esModule", { value: true });
  const ai = __importStar(require("ai"));
  for (var p in ai) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, ai, p);
  exports.star = ai;
`
const imports: readonly Import[] = [
  ['{ embed, embedMany }', 'ai'],
  ['* as ai', 'ai'],
]

for (const packages of sets) {
  for (const format of libraryFormats) {
    describe(`ai, ${packages}, ${format}`, () => {
      const start = (body: string, bare = false, more: Partial<Parameters<typeof run>[0]> = {}) =>
        run({ packages, format, bare, config: everything, imports, body: `${model}\n${body}`, ...more })

      it('records one scope a call, with its metadata and never its texts', async () => {
        const { records, stderr } = await start(`
          await embed({ model, value: 'private one' })
          await ai.embedMany({ model, values: ['private two', 'private three', 'private four'] })
          await embedMany({ model, values: [] })`)

        assert.equal(stderr, '')
        const mine = { model: 'small', provider: 'mine' }
        assert.deepEqual(
          records.map(({ name, library, metadata }) => ({ name, library, metadata })),
          [
            { ...mine, input_tokens: 3, batch_size: 1, dimensions: 2 },
            { ...mine, input_tokens: 9, batch_size: 3, dimensions: 2, results: 3 },
            { ...mine, input_tokens: 0, batch_size: 0, results: 0 },
          ].map((metadata) => ({ name: 'embedding_provider.embed', library: 'ai', metadata })),
        )
        assert.doesNotMatch(JSON.stringify(records), /private/)
      })

      it('behaves as without the agent: exports, results, errors, abort signals', async () => {
        const body = `
          print([embed.name, embed.length, typeof embed.prototype, Object.getOwnPropertyNames(embed), embed instanceof Function])
          print([embedMany.name, embedMany.length, embed === ai.embed, embed === (await import('./other.${format}')).embed])
          print(Object.keys(ai))
          const promise = embed({ model, value: 'a' })
          print([promise.constructor === Promise, Object.getOwnPropertyNames(promise)])
          print(await promise)
          print((await promise).constructor.name)
          print(await embedMany({ model, values: ['a', 'bb', 'ccc'], maxParallelCalls: 1 }))
          const told = async (call) => {
            try { print(await call()) } catch (error) { print([error.constructor.name, error.name, error.message, Object.keys(error)]) }
          }
          await told(() => embed({ model, value: 'fail', maxRetries: 0 }))
          await told(() => embedMany({ model, values: ['fail'], maxRetries: 0 }))
          await told(() => embed())
          await told(() => new embed({ model, value: 'a' }))
          await told(() => embed({ model: { ...model, specificationVersion: 'v1' }, value: 'a' }))
          await told(() => embed({ model, value: 'hang', abortSignal: AbortSignal.abort() }))
          const stop = new AbortController()
          setTimeout(() => stop.abort(new RangeError('enough')), 50)
          await told(() => embed({ model, value: 'hang', maxRetries: 0, abortSignal: stop.signal }))`
        const files = {
          'other.cjs': `module.exports = { embed: require('ai').embed }`,
          'other.mjs': `export { embed } from 'ai'`,
        }

        const [bare, profiled] = await Promise.all([start(body, true, { files }), start(body, false, { files })])

        assert.equal(profiled.stderr, bare.stderr)
        assert.deepEqual(profiled.printed, bare.printed)
        assert.equal(bare.printed.length, 14)
        const errors = profiled.records.flatMap(({ error }) => error ?? [])
        assert.ok(errors.includes('TypeError') && errors.includes('RangeError'), String(errors))
      })

      it('raises exactly one unhandledRejection for an ignored failing call, and none for a caught one', async () => {
        const body = `
          let raised = 0
          process.on('unhandledRejection', (error) => { raised++; print(error.message) })
          embed({ model, value: 'fail', maxRetries: 0 })
          embed({ model, value: 'fail', maxRetries: 0 }).catch(() => {})
          await new Promise((resolve) => setTimeout(resolve, 200))
          print(raised)`

        const [bare, profiled] = await Promise.all([start(body, true), start(body)])

        assert.deepEqual(profiled.printed, bare.printed)
        assert.deepEqual(bare.printed, ['no such text', 1])
      })

      it('keeps the caller in the stack of a rejection, and finds it for the record', async () => {
        const body = `
          async function searchForUser() { return await embed({ model, value: 'fail', maxRetries: 0 }) }
          await searchForUser().catch((error) => print(error.stack.includes('searchForUser')))`

        const [bare, { printed, records }] = await Promise.all([
          start(body, true),
          start(body, false, { config: { ...everything, include_stack_trace: true } }),
        ])

        assert.deepEqual(printed, bare.printed)
        assert.match(records[0].stack_trace, /searchForUser/)
      })

      it('keeps 500 calls in flight apart', async () => {
        const { printed, records } = await start(`
          const calls = Array.from({ length: 500 }, (_, i) =>
            embedMany({ model: { ...model, modelId: 'm' + i, maxEmbeddingsPerCall: undefined }, values: Array(1 + (i % 3)).fill('x') }))
          print((await Promise.all(calls)).every(({ embeddings }, i) => embeddings.length === 1 + (i % 3)))`)

        assert.deepEqual(printed, [true])
        assert.equal(records.length, 500)
        const byModel = new Map(records.map(({ metadata }) => [metadata.model, metadata]))
        for (let i = 0; i < 500; i++) assert.equal(byModel.get(`m${i}`)?.batch_size, 1 + (i % 3))
      })

      if (format === 'cjs') {
        it('is seen through what TypeScript compiles imports and re-exports to', async () => {
          const body = `
            const seen = require('./compiled.cjs')
            print([seen.embed === embed, seen.star.embed === embed, Object.keys(seen).length])
            await seen.embed({ model, value: 'a' })
            await seen.star.embed({ model, value: 'a' })`
          const files = { 'compiled.cjs': compiled }

          const [bare, profiled] = await Promise.all([start(body, true, { files }), start(body, false, { files })])

          assert.deepEqual(profiled.printed, bare.printed)
          assert.equal(profiled.records.length, 2)
        })
      }

      if (packages === 'current') {
        it('leaves its functions alone, and out what a call asks not to be recorded', async () => {
          const body = `
            print(embed.toString().startsWith('async function embed('))
            await embedMany({ model, values: ['a', 'b'], telemetry: { recordInputs: false } })
            await embed({ model, value: 'a', telemetry: { isEnabled: false } })`

          const { printed, records, stderr } = await start(body, false, { env: { CROSSBRIDGE_PROFILING_DEBUG: '1' } })

          assert.deepEqual(printed, [true])
          assert.deepEqual(
            records.map(({ metadata }) => metadata),
            [{ model: 'small', provider: 'mine' }],
          )
          assert.match(stderr, /ai: patched \(channel ai:telemetry\)/)
        })

        it('says that it is heard of on its channel where every call was silent', async () => {
          const { records, stderr } = await start(`await embed({ model, value: 'a', telemetry: { isEnabled: false } })`)

          assert.deepEqual(records, [])
          assert.match(stderr, /ai is patched, but no profiled method was called/)
        })
      }
    })
  }
}

// A model as providers make them, in the shape that each major asks for.
const modelOf = ({ packages }: Given) => {
  const usage =
    packages === 'older'
      ? '{ inputTokens: 5, outputTokens: 7, totalTokens: 12, cachedInputTokens: 2, reasoningTokens: 3 }'
      : '{ inputTokens: { total: 5, noCache: 3, cacheRead: 2 }, outputTokens: { total: 7, text: 4, reasoning: 3 } }'
  const finishReason = packages === 'older' ? `'stop'` : `{ unified: 'stop', raw: 'stop' }`
  return `
    const specificationVersion = '${packages === 'older' ? 'v2' : 'v3'}'
    const usage = ${usage}
    const finishReason = ${finishReason}
    const mine = { specificationVersion, provider: 'mine', supportedUrls: {} }
    const embedder = {
      ...mine, modelId: 'small', maxEmbeddingsPerCall: 2, supportsParallelCalls: true,
      async doEmbed({ values }) {
        if (values[0] === 'private fail') throw new TypeError('no such text')
        return { embeddings: values.map((value) => [value.length, 1]), usage: { tokens: values.length * 3 }, warnings: [] }
      },
    }
    const ranker = {
      ...mine, modelId: 'ranks',
      async doRerank({ documents, topN }) {
        return { ranking: documents.values.slice(0, topN).map((_, index) => ({ index, relevanceScore: 1 - index / 10 })), warnings: [] }
      },
    }
    let started = 0
    const writerOf = (parts) => ({
      ...mine, modelId: 'writes',
      async doGenerate({ abortSignal }) {
        abortSignal?.throwIfAborted()
        return { content: [{ type: 'text', text: parts.join('') }], finishReason, usage, warnings: [] }
      },
      async doStream() {
        started++
        if (parts.length === 0) throw new TypeError('no such prompt')
        const all = [
          { type: 'stream-start', warnings: [] },
          { type: 'text-start', id: '1' },
          ...parts.map((delta) => ({ type: 'text-delta', id: '1', delta })),
          { type: 'text-end', id: '1' },
          { type: 'finish', finishReason, usage },
        ]
        return { stream: new ReadableStream({ pull: (to) => (all.length > 0 ? to.enqueue(all.shift()) : to.close()) }) }
      },
    })
    const writer = writerOf(['private one ', 'private two ', 'private three'])
    const objects = writerOf(['{"a":', '"private', ' one"}'])
    const schema = jsonSchema({ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] })
    const asked = { model: writer, prompt: 'private question', maxRetries: 0 }
    globalThis.AI_SDK_LOG_WARNINGS = false
    const settled = () => new Promise((resolve) => setTimeout(resolve, 20))`
}
const seventh = ({ packages }: Given) => packages === 'current'
const before7 = ({ packages }: Given) => packages !== 'current'
const writes = { scope: 'llm.generate', model: 'writes', provider: 'mine' }
const tokens = { input_tokens: 5, output_tokens: 7, cached_tokens: 2, reasoning_tokens: 3, finish_reason: 'stop' }
const summed = { ...tokens, input_tokens: 10, output_tokens: 14, cached_tokens: 4, reasoning_tokens: 6 }
const ofStream = { ...writes, stream: true }
const inTime = { time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }

library({
  name: 'ai',
  module: 'ai',
  packages: ['current', 'previous', 'older'],
  uncounted: ({ packages }) =>
    packages === 'current' && 'ai 7 publishes its calls on a channel: no argument is passed on',
  imports: ({ packages }) => [
    ['{ embed, embedMany, generateText, streamText, generateObject, streamObject, jsonSchema }', 'ai'],
    ['* as ai', 'ai'],
    ...(packages === 'older' ? [] : [['{ rerank }', 'ai'] as const]),
  ],
  setUp: modelOf,
  shapes: ['embed', 'generateText', 'streamText', 'streamObject', 'generateText(asked)', 'Object.keys(ai)'],
  fails: `embed({ model: embedder, value: 'private fail', maxRetries: 0 })`,
  many: 'generateText(asked)',
  calls: [
    {
      it: 'records embeddings',
      body: `
        print(await embed({ model: embedder, value: 'private one' }))
        print(await embedMany({ model: embedder, values: ['private one', 'private two', 'private three'] }))`,
      records: [
        {
          scope: 'embedding_provider.embed',
          model: 'small',
          provider: 'mine',
          batch_size: 1,
          dimensions: 2,
          input_tokens: 3,
        },
        {
          scope: 'embedding_provider.embed',
          model: 'small',
          provider: 'mine',
          batch_size: 3,
          dimensions: 2,
          input_tokens: 9,
          results: 3,
        },
      ],
    },
    {
      it: 'records a reranking',
      when: ({ packages }) => packages !== 'older',
      body: `
        const { ranking } = await rerank({ model: ranker, query: 'private q', documents: ['private a', 'private b', 'private c'], topN: 2 })
        print(ranking)`,
      records: [
        {
          scope: 'semantic_search.rerank',
          model: 'ranks',
          provider: 'mine',
          batch_size: 3,
          query_len: 9,
          top_k: 2,
          results: 2,
          order_kept: true,
        },
      ],
    },
    {
      it: 'records a text with its tokens',
      body: `
        const { text, usage, totalUsage } = await generateText(asked)
        print([text, usage, totalUsage])`,
      records: [{ ...writes, ...tokens }],
    },
    {
      it: 'records what a cache was written of, and which model answered',
      when: ({ packages }) => packages !== 'older',
      body: `
        const wrote = { ...usage, inputTokens: { ...usage.inputTokens, noCache: 2, cacheWrite: 1 } }
        const other = { ...writer, doGenerate: async (options) => ({ ...await writer.doGenerate(options), usage: wrote, response: { modelId: 'writes-2' } }) }
        print((await generateText({ ...asked, model: other })).text)`,
      records: [{ ...writes, ...tokens, cache_write_tokens: 1, response_model: 'writes-2' }],
    },
    {
      it: 'records an agent once a call, whole',
      body: `
        const agent = new (ai.ToolLoopAgent ?? ai.Experimental_Agent)({ model: writer, maxRetries: 0 })
        print((await agent.generate({ prompt: 'private question' })).text)`,
      records: [{ ...writes, ...tokens }],
    },
    {
      it: 'records an agent once a call, streamed',
      when: before7,
      body: `
        const streaming = new (ai.ToolLoopAgent ?? ai.Experimental_Agent)({ model: writer, maxRetries: 0 })
        for await (const text of (await streaming.stream({ prompt: 'private question' })).textStream) print(text)
        await settled()`,
      records: [{ ...ofStream, ...tokens, chunks: 3, ...inTime }],
    },
    {
      it: 'records an agent once a call, streamed, as its channel tells of it',
      when: seventh,
      body: `
        const streaming = new ai.ToolLoopAgent({ model: writer, maxRetries: 0 })
        for await (const text of (await streaming.stream({ prompt: 'private question' })).textStream) print(text)
        await settled()`,
      records: [{ ...ofStream, ...tokens, chunks: 3, ...inTime }],
    },
    {
      it: 'records a stream that gives nothing as failed, as its channel tells of it',
      when: seventh,
      body: `
        const failing = streamText({ ...asked, model: writerOf([]), onError: ({ error }) => print(error.message) })
        for await (const part of failing.fullStream) print(part.type)
        await settled()`,
      records: [{ ...ofStream, error: 'NoOutputGeneratedError' }],
    },
    {
      it: 'records a stream of several models and one that fails midway, with what they tell and without a lost part',
      when: seventh,
      body: `
        const tools = { look: { inputSchema: jsonSchema({ type: 'object' }), execute: async () => 'private found' } }
        let asks = 0
        const first = [
          { type: 'stream-start', warnings: [] },
          { type: 'tool-call', toolCallId: '1', toolName: 'look', input: '{}' },
          { type: 'finish', finishReason: { unified: 'tool-calls', raw: 'tool' }, usage },
        ]
        const using = { ...writer, doStream: (given) => asks++ > 0 ? writer.doStream(given) : { stream: ReadableStream.from(first) } }
        const stopWhen = ({ steps }) => steps.length === 2
        for await (const part of streamText({ ...asked, model: using, tools, stopWhen }).fullStream) print(part.type)
        await settled()
        for (const fault of ['part', 'error', 'late error']) {
          const failure = Object.assign(new RangeError('private reason'), { statusCode: 429 })
          const parts = ['a', 'b', 'c', 'd'].map((delta) => ({ type: 'text-delta', id: '1', delta }))
          const all = [{ type: 'text-start', id: '1' }, ...parts, ...(fault === 'part' ? [{ type: 'error', error: failure }] : [])]
          const breaks = { ...writer, doStream: async () => ({ stream: new ReadableStream({
            start(to) { if (fault === 'error') for (const one of all.splice(0)) to.enqueue(one) },
            pull(to) { if (all.length > 0) to.enqueue(all.shift()); else if (fault === 'part') to.close(); else to.error(failure) },
          }) }) }
          const seen = []
          try {
            for await (const part of streamText({ ...asked, model: breaks, onError() {} }).fullStream) seen.push(part.text ?? part.type)
          } catch ({ message }) { seen.push(message) }
          print(seen)
          await settled()
        }`,
      records: [
        { ...ofStream, ...summed, chunks: 4, ...inTime },
        { ...ofStream, ...inTime, chunks: 4, error: 'RangeError', status: 429 },
        { ...ofStream, ...inTime, chunks: 4, error: 'RangeError', status: 429 },
        { ...ofStream, ...inTime, chunks: 4, error: 'RangeError', status: 429 },
      ],
    },
    {
      it: 'records a streamed text or object whose stream tells of an error as failed, by its class and status alone',
      when: before7,
      body: `
        const failure = Object.assign(new RangeError('private reason'), { statusCode: 429 })
        const fails = { ...writer, doStream: async () => ({ stream: new ReadableStream({ start(to) { to.enqueue({ type: 'error', error: failure }); to.close() } }) }) }
        const onError = ({ error }) => print(error.message)
        for await (const part of streamText({ ...asked, model: fails, onError }).fullStream) print(part.type)
        for await (const part of streamObject({ ...asked, model: fails, schema, onError }).fullStream) print(part.type)
        await settled()`,
      records: [
        { ...ofStream, time_to_first_chunk_ms: 'ms', finish_reason: 'error', error: 'RangeError', status: 429 },
        { ...ofStream, time_to_first_chunk_ms: 'ms', error: 'RangeError', status: 429 },
      ],
    },
    {
      it: 'has no record of an object, which version 7 does not publish',
      body: `
        const { object, usage } = await generateObject({ ...asked, model: objects, schema })
        print([object, usage])`,
      records: [],
      when: seventh,
    },
    {
      it: 'records an object with its tokens',
      body: `
        const { object, usage } = await generateObject({ ...asked, model: objects, schema })
        print([object, usage])`,
      records: [{ ...writes, ...tokens }],
      when: before7,
    },
    {
      it: 'records a stream of text, to its end',
      body: `
        const result = streamText(asked)
        print([typeof result, result.constructor.name, Object.keys(result).sort()])
        for await (const text of result.textStream) print(text)
        print(await result.text)
        print(await result.usage)
        await settled()`,
      records: [{ ...ofStream, ...tokens, chunks: 3, ...inTime }],
      when: before7,
    },
    {
      it: 'records a stream of text, to its end, as its channel tells of it',
      body: `
        const result = streamText(asked)
        for await (const text of result.textStream) print(text)
        print(await result.usage)
        await settled()`,
      records: [{ ...ofStream, ...tokens, chunks: 3, ...inTime }],
      when: seventh,
    },
    {
      it: 'records a stream read in other ways once each: all parts, a response, promises alone',
      body: `
        const types = []
        for await (const { type } of streamText(asked).fullStream) types.push(type)
        print(types)
        const response = streamText(asked).toTextStreamResponse()
        print([response.status, await response.text()])
        const { text, finishReason } = streamText(asked)
        print(await Promise.all([text, finishReason]))
        await streamText(asked).consumeStream()
        const both = streamText(asked)
        const [parts, whole] = await Promise.all([(async () => { let n = 0; for await (const _ of both.textStream) n++; return n })(), both.text])
        print([parts, whole])
        const reader = streamText(asked).textStream.getReader()
        while (!(await reader.read()).done) ;
        await settled()`,
      records: [3, 3, 3, 3, 3, 3].map((chunks) => ({
        ...ofStream,
        ...tokens,
        ...(chunks && { chunks, ...inTime }),
      })),
      when: before7,
    },
    {
      it: 'ends with a consumer that leaves early',
      body: `
        for await (const text of streamText(asked).textStream) { print(text); break }
        await settled()`,
      records: [{ ...ofStream, chunks: 1, ...inTime }],
      when: before7,
    },
    {
      it: 'records a streamed object',
      body: `
        const result = streamObject({ ...asked, model: objects, schema })
        for await (const part of result.partialObjectStream) print(part)
        print([await result.object, await result.usage])
        await settled()`,
      records: [{ ...ofStream, ...tokens, chunks: 3, ...inTime }],
      when: before7,
    },
    {
      it: 'starts and reads nothing that the application does not, and fails as it does bare',
      body: `
        const before = started
        let unhandled = 0
        const count = () => unhandled++
        process.on('unhandledRejection', count)
        const unread = streamText(asked)
        await settled()
        print([started - before, unread.constructor.name])
        const errors = []
        const failing = streamText({ ...asked, model: writerOf([]), onError: ({ error }) => errors.push(error.message) })
        for await (const part of failing.fullStream) print(part.type)
        print(errors)
        print(await Promise.resolve(failing.text).catch((error) => error.name))
        await settled()
        process.off('unhandledRejection', count)
        print({ unhandled })`,
      records: [{ ...ofStream, time_to_first_chunk_ms: 'ms', error: 'TypeError' }],
      when: before7,
    },
  ],
})
