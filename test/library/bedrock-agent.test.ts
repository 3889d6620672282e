import { bedrockAgentServer } from '../support/bedrock-agent-server.ts'
import { library } from '../support/library.ts'

const retrieve = { scope: 'semantic_search.retrieve', collection: 'docs', query_len: 7, attempts: 1 }
const rerank = { scope: 'semantic_search.rerank', model: 'cohere.rerank-v3-5:0', query_len: 9, attempts: 1 }
const times = { time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const streamed = { stream: true, chunks: 3, ...times }
const generate = { scope: 'llm.generate', model: 'anthropic.claude', attempts: 1 }
const answer = { ...generate, collection: 'docs', query_len: 7, filtered: false }
const agent = { scope: 'llm.generate', model: 'helper', query_len: 7, attempts: 1, ...streamed }

library({
  name: 'bedrock-agent',
  module: '@aws-sdk/client-bedrock-agent-runtime',
  packages: ['current'],
  server: bedrockAgentServer,
  imports: [['* as aws', '@aws-sdk/client-bedrock-agent-runtime']],
  setUp: ({ url }) => `
    const credentials = { accessKeyId: 'private', secretAccessKey: 'private' }
    const options = { region: 'us-east-1', endpoint: '${url}', credentials }
    const client = new aws.BedrockAgentRuntimeClient(options)
    const modelArn = 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude'
    const retrieve = (more) => new aws.RetrieveCommand({ knowledgeBaseId: 'docs', retrievalQuery: { text: 'private' }, ...more })
    const knowledgeBaseConfiguration = { knowledgeBaseId: 'docs', modelArn }
    const asked = (text, more) => ({ input: { text }, retrieveAndGenerateConfiguration: { type: 'KNOWLEDGE_BASE', knowledgeBaseConfiguration: { ...knowledgeBaseConfiguration, ...more } } })
    const toAgent = { agentId: 'helper', agentAliasId: 'private', sessionId: 'private', inputText: 'private' }
    const read = async (stream) => {
      const seen = []
      for await (const event of stream) seen.push(Object.keys(event)[0])
      return seen
    }`,
  // Which the client otherwise says on stderr where Node 20 runs it.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  tearDown: 'client.destroy()',
  // The client's prototype has a send of its own with the agent, and inherits it without.
  shapes: [
    'aws.BedrockAgentRuntimeClient',
    'client',
    'client.send',
    'client.send(retrieve())',
    'await client.send(new aws.InvokeAgentCommand(toAgent))',
    'aws.BedrockAgentRuntime.prototype',
  ],
  fails: `client.send(retrieve({ knowledgeBaseId: 'fail' }))`,
  many: 'client.send(retrieve())',
  calls: [
    {
      it: 'records what is retrieved from a knowledge base, once for each page',
      body: `
        const filter = { equals: { key: 'private', value: 'private' } }
        print((await client.send(retrieve())).retrievalResults.length)
        print((await client.send(retrieve({ retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 3, filter } } }))).retrievalResults.length)
        print((await client.send(retrieve({ retrievalConfiguration: { managedSearchConfiguration: { numberOfResults: 2 } } }))).retrievalResults.length)
        for await (const { retrievalResults } of aws.paginateRetrieve({ client }, { knowledgeBaseId: 'docs', retrievalQuery: { text: 'private' } })) print(retrievalResults.length)`,
      records: [
        { ...retrieve, filtered: false, results: 5 },
        { ...retrieve, filtered: true, top_k: 3, results: 3 },
        { ...retrieve, filtered: false, top_k: 2, results: 2 },
        { ...retrieve, filtered: false, results: 5 },
      ],
    },
    {
      it: 'records what an agent retrieves, step by step',
      body: `
        const { stream } = await client.send(new aws.AgenticRetrieveStreamCommand({
          messages: [{ role: 'user', content: { text: 'private' } }],
          retrievers: [{ configuration: { knowledgeBase: { knowledgeBaseId: 'docs' } } }],
          agenticRetrieveConfiguration: {},
          generateResponse: true,
        }))
        print(await read(stream))`,
      records: [{ ...retrieve, ...streamed, results: 3 }],
    },
    {
      it: 'records an order of documents',
      body: `
        const modelConfiguration = { modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0' }
        const sources = ['private a', 'private b', 'private c'].map((text) => ({ type: 'INLINE', inlineDocumentSource: { type: 'TEXT', textDocument: { text } } }))
        const order = (more) => new aws.RerankCommand({
          queries: [{ type: 'TEXT', textQuery: { text: 'private q' } }],
          sources,
          rerankingConfiguration: { type: 'BEDROCK_RERANKING_MODEL', bedrockRerankingConfiguration: { modelConfiguration, ...more } },
        })
        print((await client.send(order({ numberOfResults: 2 }))).results.length)
        print((await client.send(order())).results.length)`,
      records: [
        { ...rerank, batch_size: 3, top_k: 2, results: 2, order_kept: true },
        { ...rerank, batch_size: 3, results: 3, order_kept: true },
      ],
    },
    {
      it: 'records answers from a knowledge base, whole and streamed, and what a guardrail has not let through',
      body: `
        const retrievalConfiguration = { vectorSearchConfiguration: { numberOfResults: 4 } }
        print((await client.send(new aws.RetrieveAndGenerateCommand(asked('private', { retrievalConfiguration })))).output)
        print((await client.send(new aws.RetrieveAndGenerateCommand(asked('private secret')))).guardrailAction)
        for (const text of ['private', 'private secret'])
          print(await read((await client.send(new aws.RetrieveAndGenerateStreamCommand(asked(text)))).stream))`,
      records: [
        { ...answer, top_k: 4 },
        { ...answer, query_len: 14, finish_reason: 'INTERVENED' },
        { ...answer, ...streamed },
        { ...answer, ...streamed, query_len: 14, finish_reason: 'INTERVENED' },
      ],
    },
    {
      it: 'records what an agent answers, with the tokens of all its steps where it tells them',
      body: `
        print(await read((await client.send(new aws.InvokeAgentCommand(toAgent))).completion))
        print(await read((await client.send(new aws.InvokeAgentCommand({ ...toAgent, enableTrace: true }))).completion))
        const inline = { foundationModel: 'anthropic.claude', instruction: 'private', sessionId: 'private', inputText: 'private', enableTrace: true }
        print(await read((await client.send(new aws.InvokeInlineAgentCommand(inline))).completion))`,
      records: [
        agent,
        { ...agent, input_tokens: 21, output_tokens: 10, response_model: 'anthropic.claude' },
        { ...agent, model: 'anthropic.claude', input_tokens: 21, output_tokens: 10 },
      ],
    },
    {
      it: 'records calls with a callback and by the client of all commands once each, and no other commands',
      body: `
        await new Promise((resolve) => client.send(retrieve(), (error, { retrievalResults }) => { print([error, retrievalResults.length]); resolve() }))
        const whole = new aws.BedrockAgentRuntime(options)
        print((await whole.retrieve({ knowledgeBaseId: 'docs', retrievalQuery: { text: 'private' } })).retrievalResults.length)
        await whole.getSession({ sessionIdentifier: 'fail' }).catch(() => {})
        whole.destroy()`,
      records: Array(2).fill({ ...retrieve, filtered: false, results: 5 }),
    },
  ],
})
