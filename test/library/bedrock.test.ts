import { bedrockServer } from '../support/bedrock-server.ts'
import { library } from '../support/library.ts'

const titan = { scope: 'embedding_provider.embed', model: 'amazon.titan-embed-text-v2:0', attempts: 1 }
const cohere = { scope: 'embedding_provider.embed', model: 'cohere.embed-english-v3', attempts: 1 }
// 'private question'
const tokens = { input_tokens: 16, output_tokens: 37 }
const generate = { scope: 'llm.generate', model: 'anthropic.claude', attempts: 1 }
const claude = { ...generate, ...tokens, finish_reason: 'end_turn' }
const invoked = { ...claude, response_model: 'claude-of-a-date' }
const conversed = { ...claude, server_ms: 'ms' }
/** 100 before a cache point, which are input all the same. */
const cold = { input_tokens: 116, cached_tokens: 0, cache_write_tokens: 100 }
const warm = { model: 'warm', input_tokens: 116, cached_tokens: 100, cache_write_tokens: 0 }
const streamed = { stream: true, chunks: 3, time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }

library({
  name: 'bedrock',
  module: '@aws-sdk/client-bedrock-runtime',
  packages: ['current'],
  server: bedrockServer,
  imports: [['* as aws', '@aws-sdk/client-bedrock-runtime']],
  setUp: ({ url }) => `
    const { BedrockRuntimeClient, BedrockRuntime, InvokeModelCommand, InvokeModelWithResponseStreamCommand, ConverseCommand, ConverseStreamCommand } = aws
    const credentials = { accessKeyId: 'private', secretAccessKey: 'private' }
    const options = { region: 'us-east-1', endpoint: '${url}', credentials }
    const client = new BedrockRuntimeClient(options)
    const invoke = (modelId, body) => new InvokeModelCommand({ modelId, body: JSON.stringify(body) })
    const messages = [{ role: 'user', content: [{ text: 'private question' }] }]
    const converse = { modelId: 'anthropic.claude', messages }
    const long = 'private.'.repeat(12) + 'long'
    const cached = [{ role: 'user', content: [{ text: long }, { cachePoint: { type: 'default' } }, { text: 'private question' }] }]
    const cachedBody = [{ role: 'user', content: [{ type: 'text', text: long, cache_control: { type: 'ephemeral' } }, { type: 'text', text: 'private question' }] }]
    const textOf = ({ body }) => Buffer.from(body).toString()
    const read = async (stream) => {
      const seen = []
      for await (const event of stream) seen.push(...Object.keys(event))
      return seen
    }`,
  // Which the client otherwise says on stderr where Node 20 runs it.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  tearDown: 'client.destroy()',
  // The client's prototype has a send of its own with the agent, and inherits it without.
  shapes: [
    'BedrockRuntimeClient',
    'client',
    'client.send',
    'client.send(new ConverseCommand(converse))',
    'await client.send(new ConverseStreamCommand(converse))',
    'BedrockRuntime.prototype',
  ],
  fails: `client.send(invoke('fail', {}))`,
  many: `client.send(invoke('amazon.titan-embed-text-v2:0', { inputText: 'private' + i }))`,
  calls: [
    {
      it: 'records embeddings, by the body that each model has',
      body: `
        print(textOf(await client.send(invoke('amazon.titan-embed-text-v2:0', { inputText: 'private', dimensions: 4 }))))
        const body = { texts: ['private a', 'private b'], input_type: 'search_query' }
        print(textOf(await client.send(invoke('cohere.embed-english-v3', body))))
        const modelId = 'arn:aws:bedrock:us-east-1:123456789012:foundation-model/cohere.embed-english-v3'
        const bytes = Buffer.from(JSON.stringify({ ...body, embedding_types: ['float'] }))
        print(textOf(await client.send(new InvokeModelCommand({ modelId, body: bytes }))))
        print(textOf(await client.send(invoke('cohere.embed-english-v3', { texts: ['private'.repeat(200_000)] }))).length)
        const nova = { taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams: { embeddingDimension: 5, text: { value: 'private', truncationMode: 'END' } } }
        print(textOf(await client.send(invoke('amazon.nova-2-multimodal-embeddings-v1:0', nova))))`,
      records: [
        { ...titan, batch_size: 1, dimensions: 4, results: 1, input_tokens: 7 },
        { ...cohere, batch_size: 2, dimensions: 3, results: 2 },
        { ...cohere, batch_size: 2, dimensions: 3, results: 2 },
        cohere,
        { ...titan, model: 'amazon.nova-2-multimodal-embeddings-v1:0', batch_size: 1, dimensions: 5, results: 1 },
      ],
    },
    {
      it: 'records a reranking',
      body: `
        const body = { query: 'private q', documents: ['private a', 'private b', 'private c'], top_n: 2, api_version: 2 }
        print(textOf(await client.send(invoke('cohere.rerank-v3-5:0', body))))`,
      records: [
        {
          scope: 'semantic_search.rerank',
          model: 'cohere.rerank-v3-5:0',
          batch_size: 3,
          query_len: 9,
          top_k: 2,
          results: 2,
          order_kept: true,
          attempts: 1,
        },
      ],
    },
    {
      it: 'records what models write, by the body that each has, with what they read from a cache or wrote to it',
      body: `
        print(textOf(await client.send(invoke('anthropic.claude', { messages }))))
        print(textOf(await client.send(invoke('anthropic.claude', { messages: cachedBody }))))
        print(textOf(await client.send(invoke('warm', { messages: cachedBody }))))
        print(textOf(await client.send(invoke('meta.llama3', { prompt: 'private question' }))))
        print(textOf(await client.send(invoke('amazon.titan-text', { inputText: 'private question' }))))`,
      records: [
        invoked,
        { ...invoked, ...cold },
        { ...invoked, ...warm },
        { ...claude, model: 'meta.llama3', finish_reason: 'stop' },
        { ...claude, model: 'amazon.titan-text', finish_reason: 'FINISH' },
      ],
    },
    {
      it: 'records a conversation, whole and streamed, with what it read from a cache or wrote to it, and the model of a router',
      body: `
        for (const more of [{}, { messages: cached }, { messages: cached, modelId: 'warm' }, { modelId: 'arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.router:1' }]) {
          print((await client.send(new ConverseCommand({ ...converse, ...more }))).output)
          const { stream, $metadata } = await client.send(new ConverseStreamCommand({ ...converse, ...more }))
          print([$metadata.attempts, await read(stream)])
        }`,
      records: [{}, cold, warm, { model: 'anthropic.router:1', response_model: 'us.anthropic.claude-haiku' }].flatMap(
        (own) => [
          { ...conversed, ...own },
          { ...conversed, ...own, ...streamed },
        ],
      ),
    },
    {
      it: 'records a streamed answer of a model that has a body of its own',
      body: `
        for (const [modelId, all] of [['anthropic.claude', messages], ['anthropic.claude', cachedBody], ['warm', cachedBody]]) {
          const { body } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify({ messages: all }) }))
          const texts = []
          for await (const { chunk } of body) texts.push(Buffer.from(chunk.bytes).toString())
          print(texts)
        }`,
      records: [{}, cold, warm].map((own) => ({ ...conversed, ...own, ...streamed })),
    },
    {
      it: 'ends with a reader that leaves early',
      body: `
        const { stream } = await client.send(new ConverseStreamCommand(converse))
        for await (const { contentBlockDelta } of stream) if (contentBlockDelta?.delta.text) { print(contentBlockDelta); break }`,
      records: [{ ...generate, ...streamed, chunks: 1 }],
    },
    {
      it: 'records calls with a callback and by the client of all commands once each, and no other commands',
      body: `
        await new Promise((resolve) => print([typeof client.send(new ConverseCommand(converse), (error, { usage }) => { print([error, usage]); resolve() })]))
        await new Promise((resolve) => client.send(invoke('fail', {}), {}, (error, found) => { print([error.name, found]); resolve() }))
        const whole = new BedrockRuntime(options)
        print((await whole.converse(converse)).usage)
        await whole.countTokens({ modelId: 'anthropic.claude', input: { converse: { messages } } }).catch(() => {})
        whole.destroy()`,
      records: [conversed, { scope: 'llm.generate', model: 'fail', error: 'ResourceNotFoundException' }, conversed],
    },
  ],
})
