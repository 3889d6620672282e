import { bedrockServer } from '../support/aws-server.ts'
import { library } from '../support/library.ts'

const titan = { scope: 'embedding_provider.embed', model: 'amazon.titan-embed-text-v2:0', attempts: 1 }
const cohere = { scope: 'embedding_provider.embed', model: 'cohere.embed-english-v3', attempts: 1 }
const tokens = { input_tokens: 5, output_tokens: 7 }
const claude = { scope: 'llm.generate', model: 'anthropic.claude', attempts: 1 }
const streamed = { stream: true, time_to_first_chunk_ms: 'ms' }

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
        print(textOf(await client.send(invoke('cohere.embed-english-v3', { texts: ['private'.repeat(200_000)] }))).length)`,
      records: [
        { ...titan, batch_size: 1, dimensions: 4, results: 1, input_tokens: 3 },
        { ...cohere, batch_size: 2, dimensions: 3, results: 2 },
        { ...cohere, batch_size: 2, dimensions: 3, results: 2 },
        cohere,
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
          attempts: 1,
        },
      ],
    },
    {
      it: 'records what models write, by the body that each has',
      body: `
        print(textOf(await client.send(invoke('anthropic.claude', { messages }))))
        print(textOf(await client.send(invoke('meta.llama3', { prompt: 'private question' }))))
        print(textOf(await client.send(invoke('amazon.titan-text', { inputText: 'private question' }))))`,
      records: [
        { ...claude, ...tokens, cached_tokens: 2 },
        { ...claude, model: 'meta.llama3', ...tokens },
        { ...claude, model: 'amazon.titan-text', ...tokens },
      ],
    },
    {
      it: 'records a conversation, whole and streamed',
      body: `
        print((await client.send(new ConverseCommand(converse))).output)
        const { stream, $metadata } = await client.send(new ConverseStreamCommand(converse))
        print([$metadata.attempts, await read(stream)])`,
      records: [
        { ...claude, ...tokens, cached_tokens: 2, server_ms: 'ms' },
        {
          ...claude,
          ...streamed,
          ...tokens,
          cached_tokens: 2,
          server_ms: 'ms',
          chunks: 3,
          time_to_first_token_ms: 'ms',
        },
      ],
    },
    {
      it: 'records a streamed answer of a model that has a body of its own',
      body: `
        const { body } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: 'anthropic.claude', body: JSON.stringify({ messages }) }))
        const texts = []
        for await (const { chunk } of body) texts.push(Buffer.from(chunk.bytes).toString())
        print(texts)`,
      records: [{ ...claude, ...streamed, ...tokens, server_ms: 'ms', chunks: 4 }],
    },
    {
      it: 'ends with a reader that leaves early',
      body: `
        const { stream } = await client.send(new ConverseStreamCommand(converse))
        for await (const { contentBlockDelta } of stream) if (contentBlockDelta) { print(contentBlockDelta); break }`,
      records: [{ ...claude, ...streamed, chunks: 1, time_to_first_token_ms: 'ms' }],
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
      records: [
        { ...claude, ...tokens, cached_tokens: 2, server_ms: 'ms' },
        { scope: 'llm.generate', model: 'fail', error: 'ResourceNotFoundException' },
        { ...claude, ...tokens, cached_tokens: 2, server_ms: 'ms' },
      ],
    },
  ],
})
