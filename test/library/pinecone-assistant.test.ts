import { type Given, library } from '../support/library.ts'
import { pineconeAssistantServer } from '../support/pinecone-assistant-server.ts'

const collection = 'books'
const ask = `{ messages: [{ role: 'user', content: 'a private question' }], model: 'gpt-4o' }`
const answer = {
  ...{ scope: 'llm.generate', collection, model: 'gpt-4o', response_model: 'gpt-4o-2026', finish_reason: 'stop' },
  ...{ filtered: false, input_tokens: 3, output_tokens: 3 },
}
const streamed = { ...answer, stream: true, chunks: 2, time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const retrieved = { scope: 'semantic_search.retrieve', collection }
const hasOptions = ({ packages }: Given) => ['current', 'previous', 'older'].includes(packages)

library({
  name: 'pinecone-assistant',
  module: '@pinecone-database/pinecone',
  packages: ['current', 'previous', 'older', 'oldest', 'eldest'],
  server: pineconeAssistantServer,
  imports: [['{ Pinecone }', '@pinecone-database/pinecone']],
  setUp: (given) => `
    const pinecone = new Pinecone({ apiKey: 'private', controllerHostUrl: '${given.url}' })
    const books = pinecone.assistant(${hasOptions(given) ? "{ name: 'books' }" : "'books'"})
    const read = async (stream) => {
      for await (const part of stream) print(part)
    }`,
  shapes: ['books', 'Object.getPrototypeOf(books)', `await books.chat(${ask})`],
  fails: `books.chat({ messages: ['private'], model: 'fail' })`,
  many: `books.chat(${ask})`,
  calls: [
    {
      it: 'records an answer of either kind',
      body: `
        print(await books.chat({ ...${ask}, filter: { a: 'private' } }))
        print(await books.chatCompletion(${ask}))`,
      records: [{ ...answer, filtered: true }, answer],
    },
    {
      it: 'records a streamed answer of either kind with its reader',
      body: `
        await read(await books.chatStream(${ask}))
        await read(await books.chatCompletionStream(${ask}))`,
      records: [streamed, streamed],
    },
    {
      it: 'records what is retrieved for an answer of another',
      body: `print((await books.context({ query: 'private question' })).snippets.length)`,
      records: [{ ...retrieved, query_len: 16, filtered: false, results: 2, input_tokens: 2 }],
    },
    {
      it: 'records how much is to be retrieved, which 5 does not say',
      when: ({ packages }) => packages !== 'eldest',
      body: `print((await books.context({ query: 'private', topK: 3, filter: { a: 'private' } })).snippets.length)`,
      records: [{ ...retrieved, query_len: 7, top_k: 3, filtered: true, results: 3, input_tokens: 1 }],
    },
    {
      it: 'records what writes, reads and deletes files',
      body: `
        fs_.writeFileSync('private.txt', 'private')
        print(typeof (await books.uploadFile({ path: 'private.txt' })))
        print((await books.listFiles({})).files.length)
        print(typeof (await books.deleteFile('private')))`,
      records: [
        { scope: 'vector_store.upsert', collection, batch_size: 1 },
        { scope: 'vector_store.fetch', collection, filtered: false, results: 2 },
        { scope: 'vector_store.delete', collection, batch_size: 1 },
      ],
    },
  ],
})
