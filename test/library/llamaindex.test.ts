import { library } from '../support/library.ts'

const embedded = { scope: 'embedding_provider.embed', model: 'small', provider: 'Own', dimensions: 2 }
const written = { scope: 'llm.generate', model: 'writes', input_tokens: 5, output_tokens: 7 }
const streamed = { stream: true, chunks: 3, time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }

library({
  name: 'llamaindex',
  uncounted: 'its methods are put on each object, by the agent and by the test in turn',
  module: '@llamaindex/core',
  packages: ['current'],
  imports: ({ format }) => [
    ['{ BaseRetriever }', '@llamaindex/core/retriever'],
    ['{ BaseEmbedding }', '@llamaindex/core/embeddings'],
    ['{ BaseLLM, ToolCallLLM }', '@llamaindex/core/llms'],
    ['{ BaseVectorStore }', '@llamaindex/core/vector-store'],
    ['{ TextNode, Document }', '@llamaindex/core/schema'],
    // What `require` gets of llamaindex itself is an ES module by mistake, which fails to load bare too.
    ...(format === 'mjs' ? [['{ VectorStoreIndex, Settings }', 'llamaindex'] as const] : []),
  ],
  setUp: () => `
    class Own extends BaseEmbedding {
      model = 'small'
      async getTextEmbedding(text) {
        await null
        if (text.includes('fail')) throw new RangeError('no such text')
        return [text.length, 1]
      }
    }
    const words = ['private one ', 'private two ', 'private three']
    const raw = { usage: { prompt_tokens: 5, completion_tokens: 7 } }
    const llmOf = (Base) => class Writer extends Base {
      supportToolCall = false
      metadata = { model: 'writes', temperature: 0, topP: 1, contextWindow: 1000 }
      async chat({ stream, messages }) {
        await null
        if (messages[0].content === 'fail') throw new RangeError('no such question')
        if (!stream) return { message: { role: 'assistant', content: words.join('') }, raw }
        return (async function* () { for (const [i, delta] of words.entries()) yield { delta, raw: i === 2 ? raw : null } })()
      }
    }
    const Writer = llmOf(BaseLLM)
    class Caller extends llmOf(ToolCallLLM) {}
    class Lines extends BaseRetriever {
      similarityTopK = 2
      async _retrieve({ query }) {
        if (query === 'fail') throw new RangeError('no such line')
        return words.slice(0, 2).map((text) => ({ node: new TextNode({ text }), score: 1 }))
      }
    }
    const messages = [{ role: 'user', content: 'private question' }]
    const read = async (stream) => {
      const texts = []
      for await (const { delta, text } of stream) texts.push(delta ?? text)
      return texts
    }`,
  shapes: [
    'BaseRetriever',
    'BaseRetriever.prototype',
    'BaseEmbedding.prototype',
    'BaseLLM',
    'new Lines()',
    'new Own()',
    'new Writer()',
    `new Lines().retrieve('private')`,
  ],
  fails: `new Lines().retrieve('fail')`,
  many: `new Lines().retrieve('private' + i)`,
  calls: [
    {
      it: 'records a retrieval',
      body: `
        print((await new Lines().retrieve('private')).map(({ node }) => node.text))
        print((await new Lines().retrieve({ query: 'private q' })).length)`,
      records: [7, 9].map((query_len) => ({
        scope: 'semantic_search.retrieve',
        provider: 'Lines',
        query_len,
        top_k: 2,
        results: 2,
      })),
    },
    {
      it: 'records embeddings once, where many texts are asked for one by one too',
      body: `
        print(await new Own().getTextEmbeddingsBatch(['private a', 'private bb', 'private ccc']))
        print(await new Own().getQueryEmbedding({ type: 'text', text: 'private' }))`,
      records: [
        { ...embedded, batch_size: 3 },
        { ...embedded, batch_size: 1, query_len: 7 },
      ],
    },
    {
      it: 'records embeddings of texts that are asked for by themselves',
      body: `
        class Many extends Own {
          getTextEmbeddings = async (texts) => Promise.all(texts.map((text) => this.getTextEmbedding(text)))
        }
        print(await new Own().getTextEmbedding('private'))
        const many = new Many()
        await null
        print(await many.getTextEmbeddings(['private a', 'private bb']))
        print(await new Own().getTextEmbedding('private fail').catch((error) => error.message))
        print(await Promise.all([new Own().getTextEmbeddingsBatch(['private a', 'private b']), new Own().getTextEmbedding('private')]))`,
      records: [
        { ...embedded, batch_size: 1, query_len: 7 },
        { ...embedded, provider: 'Many', batch_size: 2 },
        { scope: embedded.scope, model: 'small', provider: 'Own', batch_size: 1, query_len: 12, error: 'RangeError' },
        { ...embedded, batch_size: 1, query_len: 7 },
        { ...embedded, batch_size: 2 },
      ],
    },
    {
      it: 'takes for the first token what holds a piece of the answer',
      body: `
        class Slow extends Writer {
          async chat() {
            return (async function* () {
              yield { delta: '', raw: null }
              yield { delta: '', raw: null, options: { toolCall: [{ id: '1', name: 'f', input: '{}' }] } }
              yield { delta: 'private', raw }
            })()
          }
        }
        print((await read(await new Slow().chat({ messages, stream: true }))).length)`,
      records: [{ ...written, provider: 'Slow', ...streamed, chunks: 2 }],
    },
    {
      it: 'records what models write, whole and streamed, by chat and by complete',
      body: `
        print((await new Writer().chat({ messages })).message)
        print((await new Caller().complete({ prompt: 'private question' })).text)
        print(await read(await new Caller().chat({ messages, stream: true })))
        print(await read(await new Writer().complete({ prompt: 'private question', stream: true })))
        print(await new Writer().chat({ messages: [{ role: 'user', content: 'fail' }] }).catch((error) => error.message))`,
      records: [
        { ...written, provider: 'Writer' },
        { ...written, provider: 'Caller' },
        { ...written, provider: 'Caller', ...streamed },
        { ...written, provider: 'Writer', ...streamed },
        { scope: 'llm.generate', model: 'writes', provider: 'Writer', error: 'RangeError' },
      ],
    },
    {
      it: 'records the tokens of each provider, of a stream those that were told last',
      body: `
        for (const raws of [
          [{ message: {} }, { usage: { input_tokens: 5, output_tokens: 7 } }],
          [{ type: 'delta' }, { response: { usage: { input_tokens: 5, output_tokens: 7 } } }],
          [{ usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2 } }, { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 7 } }],
          [{}, { usage: { promptTokens: 5, completionTokens: 7 } }],
          [{}, { prompt_eval_count: 5, eval_count: 7 }],
        ]) {
          class Other extends Writer {
            async chat() { return (async function* () { for (const raw of [...raws, null]) yield { delta: 'a', raw } })() }
          }
          print(await read(await new Other().chat({ messages, stream: true })))
        }`,
      records: Array.from({ length: 5 }, () => ({ ...written, provider: 'Other', ...streamed })),
    },
    {
      it: 'counts what caches and thoughts are of, once',
      body: `
        for (const raw of [
          { usage: { input_tokens: 12, output_tokens: 7, cache_read_input_tokens: 30000, cache_creation_input_tokens: 2000 }, stop_reason: 'end_turn' },
          { usageMetadata: { promptTokenCount: 10, toolUsePromptTokenCount: 5, candidatesTokenCount: 10, thoughtsTokenCount: 700 }, candidates: [{ finishReason: 'STOP' }] },
          { usage: { prompt_tokens: 11, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 5 } }, choices: [{ finish_reason: 'length' }] },
        ]) {
          class Other extends Writer {
            async chat() { return { message: { role: 'assistant', content: 'private' }, raw } }
          }
          print(await new Other().chat({ messages }))
        }`,
      records: [
        { input_tokens: 32012, output_tokens: 7, cached_tokens: 30000, finish_reason: 'end_turn' },
        { input_tokens: 15, output_tokens: 710, reasoning_tokens: 700, finish_reason: 'STOP' },
        { input_tokens: 11, output_tokens: 7, cached_tokens: 5, finish_reason: 'length' },
      ].map((tokens) => ({ ...written, provider: 'Other', ...tokens })),
    },
    {
      it: 'records what an index does: the embeddings, the store, the retriever',
      when: ({ format }) => format === 'mjs',
      body: `
        Settings.embedModel = new Own()
        const documents = ['private a', 'private bb', 'private ccc'].map((text) => new Document({ text }))
        const index = await VectorStoreIndex.fromDocuments(documents)
        print((await index.asRetriever({ similarityTopK: 2 }).retrieve('private')).map(({ node }) => node.text))`,
      records: [
        { ...embedded, batch_size: 3 },
        { scope: 'semantic_search.upsert', provider: 'SimpleVectorStore', batch_size: 3 },
        { ...embedded, batch_size: 1, query_len: 7 },
        {
          scope: 'semantic_search.search',
          provider: 'SimpleVectorStore',
          top_k: 2,
          dimensions: 2,
          filtered: false,
          results: 2,
        },
        { scope: 'semantic_search.retrieve', provider: 'VectorIndexRetriever', query_len: 7, top_k: 2, results: 2 },
      ],
    },
  ],
})
