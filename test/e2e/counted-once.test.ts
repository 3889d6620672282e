import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  api,
  everything,
  type Format,
  type Import,
  type Outcome,
  type PackageSet,
  run,
  sets,
} from '../support/application.ts'
import type { Loopback } from '../support/openai-server.ts'
import { type OtlpServer, otlpServer, plainOf } from '../support/otlp-server.ts'
import { freePort, sumOf } from '../support/prometheus.ts'
import { type Told, tokenServer } from '../support/token-server.ts'
import { divider, partOf } from '../support/transparent.ts'

interface Framework {
  readonly name: string
  /** The library that its models ask their service through. */
  readonly inner: string
  readonly packages: readonly PackageSet[]
  readonly imports: (packages: PackageSet) => readonly Import[]
  readonly setUp: (url: string, packages: PackageSet) => string
  /** What to call, by what it is; each is an expression of a promise, some may be of many calls. */
  readonly calls: Readonly<Record<string, string>>
  /** Those of which the framework itself tells no tokens, or not of all. */
  readonly untold: (packages: PackageSet) => readonly string[]
}

const isNew = sets.includes('current')
const langchain: Framework = {
  name: 'langchain',
  inner: 'openai',
  packages: [...sets],
  imports: () => [
    ['{ ChatOpenAI, OpenAIEmbeddings }', '@langchain/openai'],
    ['{ RunnableParallel, RunnableLambda }', '@langchain/core/runnables'],
  ],
  setUp: (url) => `
    const shared = { apiKey: 'k', maxRetries: 2, configuration: { baseURL: '${url}' } }
    const chat = new ChatOpenAI({ model: 'writes', streamUsage: true, ...shared })
    const retried = new ChatOpenAI({ model: 'retry', ...shared, configuration: { ...shared.configuration, maxRetries: 0 } })
    const embeddings = new OpenAIEmbeddings({ model: 'small', batchSize: 2, ...shared })
    const waiting = new OpenAIEmbeddings({ model: 'small', maxConcurrency: 1, ...shared })
    const chain = RunnableParallel.from({
      a: chat,
      b: new RunnableLambda({ func: async (text) => (await chat.invoke(text)).content }),
    })
    const read = async (stream) => { let n = 0; for await (const _ of await stream) n++; return n }`,
  calls: {
    'a call': `chat.invoke('private')`,
    'a stream': `read(chat.stream('private'))`,
    'a batch': `chat.batch(['private a', 'private b', 'private c'])`,
    'a chain of parallel calls': `chain.invoke('private')`,
    'a call that is tried again': `retried.invoke('private')`,
    'texts that are embedded in parts': `embeddings.embedDocuments(['a', 'b', 'c', 'd', 'e'])`,
    'a text to embed': `embeddings.embedQuery('private')`,
    'embeddings that wait for each other': `Promise.all(['a', 'b', 'c', 'd'].map((text) => waiting.embedDocuments([text, text])))`,
    '100 calls at once': `Promise.all(Array.from({ length: 100 }, (_, i) => (i % 2 ? chat.invoke('q' + i) : read(chat.stream('q' + i)))))`,
  },
  untold: () => ['texts that are embedded in parts', 'a text to embed', 'embeddings that wait for each other'],
}

const ai: Framework = {
  name: 'ai',
  inner: 'ai-sdk',
  packages: isNew ? ['current', 'previous', 'older'] : ['previous', 'older'],
  imports: () => [
    ['{ createOpenAI }', '@ai-sdk/openai'],
    ['{ embed, embedMany, generateText, streamText, jsonSchema, stepCountIs, tool }', 'ai'],
  ],
  setUp: (url) => `
    globalThis.AI_SDK_LOG_WARNINGS = false
    const openai = createOpenAI({ apiKey: 'k', baseURL: '${url}' })
    const asked = { model: openai.chat('writes'), prompt: 'private' }
    const inputSchema = jsonSchema({ type: 'object', properties: {} })
    const tools = { look: tool({ description: 'looks', inputSchema, execute: async () => 'private' }) }
    const other = tool({ description: 'asks', inputSchema, execute: async () => (await embed({ model: openai.embedding('small'), value: 'private' })).embedding })
    const stepped = { ...asked, tools, stopWhen: stepCountIs(3) }
    const read = async (result) => {
      let n = 0
      for await (const _ of result.textStream) n++
      return n
    }
    const values = ['a', 'b', 'c', 'd', 'e']`,
  calls: {
    'a text': `generateText(asked)`,
    'a text in steps': `generateText(stepped)`,
    'a text with a tool that embeds': `generateText({ ...stepped, tools: { other } })`,
    'a call that is tried again': `generateText({ ...asked, model: openai.chat('retry') })`,
    'a stream': `read(streamText(asked))`,
    'a stream in steps': `read(streamText(stepped))`,
    'a text to embed': `embed({ model: openai.embedding('small'), value: 'private' })`,
    'texts that are embedded in parts': `embedMany({ model: Object.assign(openai.embedding('small'), { maxEmbeddingsPerCall: 2 }), values })`,
    '100 calls at once': `Promise.all(Array.from({ length: 100 }, (_, i) => {
      const one = { ...asked, prompt: 'private ' + i }
      return i % 2 ? generateText(one) : read(streamText(one))
    }))`,
  },
  untold: (packages) => (packages === 'current' ? ['a stream', 'a stream in steps', '100 calls at once'] : []),
}

const llamaindex: Framework = {
  name: 'llamaindex',
  inner: 'openai',
  packages: isNew ? ['current'] : [],
  imports: () => [['{ OpenAI, OpenAIEmbedding }', '@llamaindex/openai']],
  setUp: (url) => `
    const llm = new OpenAI({ model: 'gpt-4o', apiKey: 'k', baseURL: '${url}' })
    const embedding = new OpenAIEmbedding({ model: 'text-embedding-3-small', apiKey: 'k', baseURL: '${url}' })
    const messages = [{ role: 'user', content: 'private' }]
    const read = async (stream) => { let n = 0; for await (const _ of await stream) n++; return n }`,
  calls: {
    'a call': `llm.chat({ messages })`,
    'a stream': `read(llm.chat({ messages, stream: true, additionalChatOptions: { stream_options: { include_usage: true } } }))`,
    'texts to embed': `embedding.getTextEmbeddingsBatch(['a', 'b', 'c'])`,
    '100 calls at once': `Promise.all(Array.from({ length: 100 }, () => llm.chat({ messages })))`,
  },
  untold: () => ['texts to embed'],
}

// biome-ignore lint/suspicious/noExplicitAny: records are read as JSON
type Records = readonly any[]
const sum = (records: Records, key: string) => records.reduce((all, { metadata }) => all + (metadata?.[key] ?? 0), 0)

/** Between all calls, what the stand-in has told of is printed. */
const bodyOf = ({ setUp, calls }: Framework, packages: PackageSet, url: string) => `
  const divide = () => {
    appendFileSync('profile.jsonl', '${divider}\\n', { mode: 0o600 })
    process.stdout.write('${divider}\\n')
  }
  ${setUp(url, packages)}
  ${Object.values(calls)
    .map((call) => `divide(); await ${call}; print(await (await fetch('${url}/told')).json())`)
    .join('\n')}
  divide()`

for (const framework of [langchain, ai, llamaindex]) {
  const { name, inner } = framework
  const calls = Object.keys(framework.calls)
  for (const packages of framework.packages) {
    const untold = framework.untold(packages)
    const start = (url: string, config: object, format: Format, more = '') =>
      run({
        packages,
        format,
        imports: [...framework.imports(packages), ['{ appendFileSync }', 'node:fs']],
        config: { ...everything, ...config },
        // A busy collector has the time for the last export.
        env: { OTEL_EXPORTER_OTLP_TIMEOUT: '30000' },
        body: `${bodyOf(framework, packages, url)}\n${more}`,
      })
    const toldIn = ({ printed }: Outcome, i: number): Told => partOf(printed, i + 1)[0]

    for (const [requests, format] of [
      [false, 'mjs'],
      [true, 'cjs'],
    ] as const) {
      describe(`tokens, ${name}, ${packages}, ${format}${requests ? ', requests' : ''}`, () => {
        let server: Loopback
        let otlp: OtlpServer
        let outcome: Outcome
        const all = () => {
          const told = calls.map((_, i) => toldIn(outcome, i))
          const total = (of: (one: Told) => number) => told.reduce((sum, one) => sum + of(one), 0)
          return {
            input: total((one) => one.input),
            output: total((one) => one.output),
            texts: total((one) => one.texts),
          }
        }
        before(async () => {
          server = await tokenServer()
          otlp = await otlpServer()
          const port = await freePort()
          const output = [everything.output, { type: 'prometheus', port }, { type: 'otlp', endpoint: otlp.url }]
          const scrape = `print(await (await fetch('http://127.0.0.1:${port}/metrics')).text())`
          outcome = await start(server.url, { requests, targets: [name, inner], output }, format, scrape)
        })
        after(() => Promise.all([server.close(), otlp.close()]))

        for (const [i, what] of calls.entries()) {
          it(`of ${what} count once in the records`, () => {
            const records = partOf(outcome.records, i + 1)
            const { input, output } = toldIn(outcome, i)
            const outer = records.filter(({ library }) => library === name)

            assert.deepEqual([sum(records, 'input_tokens'), sum(records, 'output_tokens')], [input, output])
            assert.ok(input > 0 && outer.length > 0 && records.length > outer.length, outcome.stderr)
            // The framework's own figure is there, under another word.
            if (untold.includes(what)) return
            assert.deepEqual([sum(outer, 'nested_input_tokens'), sum(outer, 'nested_output_tokens')], [input, output])
          })
        }

        it('count once in the totals of Prometheus, and so does each text that is embedded', () => {
          const [scraped] = partOf(outcome.printed, calls.length + 1)
          const tokens = (type: string) => sumOf(scraped, 'profiling_tokens_total', { type })
          const texts = sumOf(scraped, 'profiling_batch_items_total', { name: 'embedding_provider.embed' })

          assert.deepEqual({ input: tokens('input'), output: tokens('output'), texts }, all())
        })

        it("count once in OpenTelemetry's histogram", () => {
          const points = otlp.points('gen_ai.client.token.usage')
          const tokens = (type: string) =>
            points
              .filter(({ attributes }) => plainOf(attributes)['gen_ai.token.type'] === type)
              .reduce((total, one) => total + one.sum, 0)
          const { input, output } = all()

          assert.equal(outcome.stderr, '')
          assert.deepEqual([tokens('input'), tokens('output')], [input, output])
        })
      })
    }

    it(`tokens, ${name}, ${packages}: count in the framework where its client is not among the targets`, async () => {
      const server = await tokenServer()
      const outcome = await start(server.url, { targets: [name] }, 'mjs')
      await server.close()

      for (const [i, what] of calls.entries()) {
        if (untold.includes(what)) continue
        const records = partOf(outcome.records, i + 1)
        const { input, output } = toldIn(outcome, i)
        assert.deepEqual([what, sum(records, 'input_tokens'), sum(records, 'output_tokens')], [what, input, output])
        assert.equal(sum(records, 'nested_input_tokens'), 0)
      }
    })
  }
}

it('tokens that an application tells by hand, in a framework, count there', async () => {
  const { records } = await run({
    packages: sets[0] as PackageSet,
    imports: [
      ['{ BaseChatModel }', '@langchain/core/language_models/chat_models'],
      ['{ AIMessage }', '@langchain/core/messages'],
      ['{ profile }', api],
    ],
    config: everything,
    body: `
      class Own extends BaseChatModel {
        _llmType() { return 'own' }
        async _generate() {
          const content = await profile('llm.generate', { input_tokens: 5, output_tokens: 7 }, async () => 'private')
          const usage_metadata = { input_tokens: 5, output_tokens: 7, total_tokens: 12 }
          return { generations: [{ text: content, message: new AIMessage({ content, usage_metadata }) }] }
        }
      }
      await new Own({}).invoke('private')`,
  })

  assert.deepEqual(
    records.map(({ library, metadata }) => [library, metadata.input_tokens, metadata.nested_input_tokens]),
    [
      ['app', 5, undefined],
      ['langchain', undefined, 5],
    ],
  )
})

it('tokens of an entry of your own count in the client that it calls, where it says that it is a framework', async () => {
  const server = await tokenServer()
  const { records } = await run({
    packages: sets[0] as PackageSet,
    imports: [
      ['{ answer }', './own.mjs'],
      ['OpenAI', 'openai'],
    ],
    files: {
      'own.mjs':
        'export const answer = async (client, model, messages) => client.chat.completions.create({ model, messages })',
    },
    config: {
      ...everything,
      instrumentations: [
        {
          ...{ name: 'own', module: './own.mjs', target: 'llm', framework: true },
          methods: [{ at: 'answer', scope: 'generate', metadata: { input_tokens: 'result.usage.prompt_tokens' } }],
        },
      ],
    },
    body: `
      const client = new OpenAI({ apiKey: 'k', baseURL: '${server.url}' })
      await answer(client, 'writes', [{ role: 'user', content: 'private' }])`,
  })
  await server.close()

  assert.deepEqual(
    records.map(({ library, metadata }) => [library, metadata.input_tokens, metadata.nested_input_tokens]),
    [
      ['openai', 100, undefined],
      ['own', undefined, 100],
    ],
  )
})
