import { library } from '../support/library.ts'
import { onnxModel } from '../support/onnx-model.ts'

const embed = { scope: 'embedding_provider.embed', model: 'custom' }
const batches = { ...embed, time_to_first_chunk_ms: 'ms' }

library({
  name: 'fastembed',
  module: 'fastembed',
  packages: ['heavy'],
  server: async () => {
    const { folder, close } = onnxModel('dense')
    const sparse = onnxModel('sparse', { inputs: ['input_ids', 'input_mask', 'segment_ids'], outputs: ['output'] })
    const closeBoth = async () => {
      close()
      sparse.close()
    }
    return { url: `${folder}|${sparse.folder}`, close: closeBoth }
  },
  imports: [['{ FlagEmbedding, SparseTextEmbedding, EmbeddingModel }', 'fastembed']],
  setUp: ({ url }) => {
    const [dense, sparse] = url.split('|')
    return `
      const at = (modelAbsoluteDirPath) => ({ model: EmbeddingModel.CUSTOM, modelAbsoluteDirPath, modelName: 'model.onnx' })
      const client = await FlagEmbedding.init(at(${JSON.stringify(`${dense}/dense`)}))
      const sparse = await SparseTextEmbedding.init(at(${JSON.stringify(`${sparse}/sparse`)}))
      const texts = ['private one', 'private two', 'private']`
  },
  shapes: [
    'FlagEmbedding',
    'FlagEmbedding.prototype',
    'SparseTextEmbedding.prototype',
    'client',
    `Object.keys(client.embed(['private']))`,
    `client.queryEmbed('private')`,
  ],
  fails: `client.queryEmbed(Symbol('private'))`,
  many: `client.queryEmbed('private')`,
  calls: [
    {
      it: 'records batches of vectors until their consumer ends, also one that leaves early',
      body: `
        for await (const batch of client.embed(texts, 2)) print(batch.map((vector) => [...vector]))
        for await (const batch of client.passageEmbed(texts)) print(batch.length)
        for await (const batch of client.embed(texts, 1)) { print(batch.length); break }`,
      records: [
        { ...batches, batch_size: 3, dimensions: 4, results: 3, chunks: 2 },
        { ...batches, batch_size: 3, dimensions: 4, results: 3, chunks: 1 },
        { ...batches, batch_size: 3, dimensions: 4, results: 1, chunks: 1 },
      ],
    },
    {
      it: 'records what embeds a query',
      body: `print([...(await client.queryEmbed('private'))])`,
      records: [{ ...embed, batch_size: 1, dimensions: 4 }],
    },
    {
      it: 'records sparse vectors',
      body: `
        for await (const batch of sparse.embed(texts, 2)) print(batch)
        print(await sparse.queryEmbed('private'))`,
      records: [
        { ...batches, batch_size: 3, results: 3, chunks: 2 },
        { ...embed, batch_size: 1 },
      ],
    },
  ],
})
