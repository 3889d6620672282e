import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { aiSdkBedrockServer } from '../support/ai-sdk-bedrock-server.ts'
import { everything, type Import, type Outcome, type PackageSet, run, sets } from '../support/application.ts'
import { bedrockServer } from '../support/bedrock-server.ts'
import { cohereServer } from '../support/cohere-server.ts'
import { googleServer } from '../support/google-server.ts'
import { huggingfaceServer } from '../support/huggingface-server.ts'
import { mistralServer } from '../support/mistral-server.ts'
import { ollamaServer } from '../support/ollama-server.ts'
import { type Loopback, openaiServer } from '../support/openai-server.ts'
import { pineconeServer } from '../support/pinecone-server.ts'
import { voyageServer } from '../support/voyage-server.ts'

const servers = {
  openai: openaiServer,
  cohere: cohereServer,
  google: googleServer,
  huggingface: huggingfaceServer,
  mistral: mistralServer,
  ollama: ollamaServer,
  pinecone: pineconeServer,
  voyage: voyageServer,
  bedrock: bedrockServer,
  bedrockHttp: aiSdkBedrockServer,
}
const keyed = (server: keyof typeof servers) => `{ baseURL: urls.${server}, apiKey: 'k', maxRetries: 0 }`

interface Embedder {
  readonly imports: readonly Import[]
  /** A function of a model and two texts, or, with `single`, of one. */
  readonly embed: string
  readonly single?: true
  readonly only?: PackageSet
}

/** Each library's ways to embed. */
const embedders: Readonly<Record<string, readonly Embedder[]>> = {
  openai: [
    {
      imports: [['OpenAI', 'openai']],
      embed: `(model, input) => new OpenAI(${keyed('openai')}).embeddings.create({ model, input })`,
    },
    // Tokens, and one text.
    {
      imports: [],
      embed: `(model, texts) => new OpenAI(${keyed('openai')}).embeddings.create({ model, input: texts.map((text) => [...Buffer.from(text)]) })`,
    },
    {
      imports: [],
      embed: `(model, input) => new OpenAI(${keyed('openai')}).embeddings.create({ model, input: [...Buffer.from(input + '.')] })`,
      single: true,
    },
  ],
  together: [
    {
      imports: [['{ Together }', 'together-ai']],
      embed: `(model, input) => new Together(${keyed('openai')}).embeddings.create({ model, input })`,
    },
  ],
  groq: [
    {
      imports: [['{ Groq }', 'groq-sdk']],
      embed: `(model, input) => new Groq(${keyed('openai')}).embeddings.create({ model, input })`,
      single: true,
    },
  ],
  vectra: [
    {
      imports: [['{ OpenAIEmbeddings as Vectra }', 'vectra']],
      embed: `(model, texts) => new Vectra({ apiKey: 'k', model, endpoint: urls.openai, dimensions: 3, maxTokens: 8000 }).createEmbeddings(texts)`,
    },
  ],
  'ai-sdk': [
    {
      imports: [['{ createOpenAI }', '@ai-sdk/openai']],
      embed: `(model, values) => createOpenAI(${keyed('openai')}).embedding(model).doEmbed({ values })`,
    },
  ],
  'ai-sdk-bedrock': [
    {
      imports: [['{ createAmazonBedrock }', '@ai-sdk/amazon-bedrock']],
      embed: `(model, value) => createAmazonBedrock({ region: 'r', apiKey: 'k', baseURL: urls.bedrockHttp }).embedding('titan-embed-' + model).doEmbed({ values: [value] })`,
      single: true,
    },
  ],
  'ai-sdk-cohere': [
    {
      imports: [['{ createCohere }', '@ai-sdk/cohere']],
      embed: `(model, values) => createCohere({ apiKey: 'k', baseURL: urls.cohere + '/v2' }).embedding(model).doEmbed({ values })`,
    },
  ],
  'ai-sdk-google': [
    {
      imports: [['{ createGoogleGenerativeAI }', '@ai-sdk/google']],
      embed: `(model, values) => createGoogleGenerativeAI(${keyed('google')}).embedding(model).doEmbed({ values })`,
    },
  ],
  'ai-sdk-mistral': [
    {
      imports: [['{ createMistral }', '@ai-sdk/mistral']],
      embed: `(model, values) => createMistral(${keyed('mistral')}).embedding(model).doEmbed({ values })`,
    },
  ],
  'ai-sdk-openai-compatible': [
    {
      imports: [['{ createOpenAICompatible }', '@ai-sdk/openai-compatible']],
      embed: `(model, values) => createOpenAICompatible({ name: 'mine', apiKey: 'k', baseURL: urls.openai }).textEmbeddingModel(model).doEmbed({ values })`,
    },
  ],
  'ai-sdk-vertex': [
    {
      imports: [['{ createVertex }', '@ai-sdk/google-vertex']],
      embed: `(model, values) => createVertex({ apiKey: 'k', baseURL: urls.google }).textEmbeddingModel(model).doEmbed({ values })`,
    },
  ],
  ai: [
    {
      imports: [['* as ai', 'ai']],
      embed: `(modelId, values) => ai.embedMany({ model: { specificationVersion: 'v3', provider: 'mine', modelId, supportsParallelCalls: true,
        doEmbed: async ({ values }) => ({ embeddings: values.map(() => [1, 2]), usage: { tokens: 1 }, warnings: [] }) }, values })`,
    },
    {
      imports: [],
      embed: `(modelId, value) => ai.embed({ model: { specificationVersion: 'v3', provider: 'mine', modelId,
        doEmbed: async ({ values }) => ({ embeddings: values.map(() => [1, 2]), usage: { tokens: 1 }, warnings: [] }) }, value })`,
      single: true,
    },
  ],
  langchain: [
    {
      imports: [['{ OpenAIEmbeddings }', '@langchain/openai']],
      embed: `(model, texts) => new OpenAIEmbeddings({ model, apiKey: 'k', configuration: { baseURL: urls.openai } }).embedDocuments(texts)`,
    },
    {
      imports: [['{ Embeddings }', '@langchain/core/embeddings']],
      embed: `(model, text) => new (class Own extends Embeddings {
        model = model
        async embedQuery(text) { return (await this.embedDocuments([text]))[0] }
        async embedDocuments(texts) { return texts.map(() => [1, 2]) }
      })({}).embedQuery(text)`,
      single: true,
    },
  ],
  llamaindex: [
    {
      imports: [['{ BaseEmbedding }', '@llamaindex/core/embeddings']],
      embed: `(model, texts) => new (class extends BaseEmbedding { model = model; async getTextEmbedding() { return [1] } })().getTextEmbeddingsBatch(texts)`,
      only: 'current',
    },
    {
      imports: [],
      embed: `(model, text) => new (class extends BaseEmbedding { model = model; async getTextEmbedding() { return [1] } })().getQueryEmbedding({ type: 'text', text })`,
      single: true,
      only: 'current',
    },
  ],
  cohere: [
    {
      imports: [['{ CohereClientV2 }', 'cohere-ai']],
      embed: `(model, texts) => new CohereClientV2({ token: 'k', environment: urls.cohere, maxRetries: 0 }).embed({ model, inputType: 'search_document', texts })`,
    },
    {
      imports: [],
      embed: `(model, texts) => new CohereClientV2({ token: 'k', environment: urls.cohere, maxRetries: 0 })
        .embed({ model, inputType: 'search_document', inputs: texts.map((text) => ({ content: [{ type: 'text', text: text + '.' }] })) })`,
    },
  ],
  mistral: [
    {
      imports: [['{ Mistral }', '@mistralai/mistralai']],
      embed: `(model, inputs) => new Mistral({ apiKey: 'k', serverURL: urls.mistral }).embeddings.create({ model, inputs })`,
    },
  ],
  ollama: [
    {
      imports: [['{ Ollama }', 'ollama']],
      embed: `(model, input) => new Ollama({ host: urls.ollama }).embed({ model, input })`,
    },
    {
      imports: [],
      embed: `(model, prompt) => new Ollama({ host: urls.ollama }).embeddings({ model, prompt })`,
      single: true,
    },
  ],
  voyage: [
    {
      imports: [['{ VoyageAIClient }', 'voyageai']],
      embed: `(model, input) => new VoyageAIClient({ apiKey: 'k', environment: urls.voyage }).embed({ model, input })`,
    },
    {
      imports: [],
      embed: `(model, texts) => new VoyageAIClient({ apiKey: 'k', environment: urls.voyage })
        .multimodalEmbed({ model, inputs: texts.map((text) => ({ content: [{ type: 'text', text }] })) })`,
    },
  ],
  genai: [
    {
      imports: [['{ GoogleGenAI }', '@google/genai']],
      embed: `(model, texts) => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: urls.google } })
        .models.embedContent({ model, contents: [texts[0], { parts: [{ text: texts[1] }] }] })`,
    },
  ],
  'generative-ai': [
    {
      imports: [['{ GoogleGenerativeAI }', '@google/generative-ai']],
      embed: `(model, texts) => new GoogleGenerativeAI('k').getGenerativeModel({ model }, { baseUrl: urls.google })
        .batchEmbedContents({ requests: texts.map((text) => ({ content: { role: 'user', parts: [{ text }] } })) })`,
      only: 'current',
    },
    {
      imports: [],
      embed: `(model, text) => new GoogleGenerativeAI('k').getGenerativeModel({ model }, { baseUrl: urls.google }).embedContent(text)`,
      single: true,
      only: 'current',
    },
  ],
  huggingface: [
    {
      imports: [['{ InferenceClient }', '@huggingface/inference']],
      embed: `(model, inputs) => new InferenceClient('k', { endpointUrl: urls.huggingface }).featureExtraction({ model, inputs })`,
    },
  ],
  pinecone: [
    {
      imports: [['{ Pinecone }', '@pinecone-database/pinecone']],
      embed: `(model, texts) => new Pinecone({ apiKey: 'k', controllerHostUrl: urls.pinecone })
        .inference.embed({ model, inputs: [texts[0], { text: texts[1] }], parameters: { inputType: 'passage' } })`,
    },
  ],
  bedrock: [
    {
      imports: [['{ BedrockRuntimeClient, InvokeModelCommand }', '@aws-sdk/client-bedrock-runtime']],
      embed: `(model, texts) => aws.send(new InvokeModelCommand({ modelId: 'cohere.embed-' + model, body: JSON.stringify({ texts, input_type: 'search_document' }) }))`,
      only: 'current',
    },
    {
      imports: [],
      embed: `(model, inputText) => aws.send(new InvokeModelCommand({ modelId: 'amazon.titan-embed-' + model, body: JSON.stringify({ inputText }) }))`,
      single: true,
      only: 'current',
    },
  ],
}

for (const packages of sets) {
  const chosen = Object.entries(embedders).flatMap(([library, all]) =>
    all.filter(({ only = packages }) => only === packages).map((one) => ({ library, ...one })),
  )

  describe(`find_repeats, in every library that embeds (${packages})`, () => {
    let started: readonly Loopback[] = []
    let found: Readonly<Record<'bare' | 'on' | 'off', Outcome>>
    before(async () => {
      started = await Promise.all(Object.values(servers).map((open) => open()))
      const urls = Object.fromEntries(Object.keys(servers).map((name, i) => [name, started[i]?.url]))
      const application = {
        packages,
        imports: chosen.flatMap(({ imports }) => imports),
        env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
        body: `
          globalThis.AI_SDK_LOG_WARNINGS = false
          const urls = ${JSON.stringify(urls)}
          ${packages === 'current' ? `const aws = new BedrockRuntimeClient({ region: 'us-east-1', endpoint: urls.bedrock, credentials: { accessKeyId: 'k', secretAccessKey: 'k' } })` : ''}
          const inputs = [Object.freeze(['private one', 'private two']), Object.freeze(['private one', 'private three']), ['private one', 'private four']]
          for (const [embed, isSingle] of [${chosen.map(({ embed, single }) => `[${embed}, ${single === true}]`).join(',\n')}]) {
            for (const [i, texts] of inputs.entries()) {
              const result = await embed(i < 2 ? 'small' : 'large', isSingle ? 'private one' : texts)
              print(Object.keys(result))
            }
          }
          print(inputs)`,
      }
      const config = { ...everything, targets: ['embedding_provider'] }
      const [bare, on, off] = await Promise.all([
        run({ ...application, bare: true }),
        run({ ...application, config: { ...config, find_repeats: true, check_vectors: true } }),
        run({ ...application, config }),
      ])
      found = { bare, on, off }
    })
    after(() => Promise.all(started.map(({ close }) => close())))

    it('changes nothing of what the application sees, its arguments included', () => {
      const { bare, on, off } = found

      assert.deepEqual([bare.code, bare.stderr], [0, ''])
      assert.equal(bare.printed.length, chosen.length * 3 + 1)
      for (const { printed, stderr, code } of [on, off])
        assert.deepEqual({ printed, stderr, code }, { printed: bare.printed, stderr: '', code: 0 })
    })

    for (const library of new Set(chosen.map((one) => one.library)))
      it(`counts in ${library} what the same model embedded before, and nothing where another did`, () => {
        const own = chosen.filter((one) => one.library === library)
        const expected = own.flatMap(({ single }) => [
          [0, 0],
          [1, single ? 1 : 0.5],
          [0, 0],
        ])

        const told = found.on.records.filter((record) => record.library === library).map(({ metadata }) => metadata)

        // LangChain asks openai once more, later.
        const inOrder = told.slice(0, expected.length).map(({ repeats, repeat_share }) => [repeats, repeat_share])
        assert.deepEqual(inOrder, expected)
      })

    it('lets check_vectors look at the first vector of each library, where it is there as such', () => {
      const told = new Map<string, unknown>()
      for (const { library, metadata } of found.on.records)
        if (!told.has(library)) told.set(library, metadata?.vectors_checked)
      // Those of streams and of a tensor are not looked at; of `ai` its models tell.
      for (const library of ['fastembed', 'transformers', 'ai']) told.delete(library)

      assert.deepEqual(
        [...told].filter(([, checked]) => checked !== 1),
        [],
      )
      assert.ok(told.size > 3)
    })

    it('is off by default, and no text is in a record', () => {
      const { on, off } = found

      assert.equal(off.records.length, on.records.length)
      assert.doesNotMatch(JSON.stringify(off.records), /repeat|vectors/)
      assert.doesNotMatch(JSON.stringify(on.records), /private/)
    })
  })
}
