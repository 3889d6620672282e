import { library } from '../support/library.ts'
import { onnxModel } from '../support/onnx-model.ts'

const embed = { scope: 'embedding_provider.embed', dimensions: 4 }

library({
  name: 'transformers',
  module: '@huggingface/transformers',
  packages: ['heavy'],
  server: async () => {
    const { folder, close } = onnxModel('tiny')
    return { url: folder, close: async () => close() }
  },
  imports: [['{ env, pipeline, FeatureExtractionPipeline }', '@huggingface/transformers']],
  setUp: ({ url }) => `
    env.allowRemoteModels = false
    env.localModelPath = ${JSON.stringify(url)}
    const extract = await pipeline('feature-extraction', 'tiny', { dtype: 'fp32' })`,
  shapes: ['FeatureExtractionPipeline', 'FeatureExtractionPipeline.prototype', 'extract', `extract('private')`],
  fails: `extract('private', { pooling: 'unknown' })`,
  many: `extract(Array(1 + (i % 3)).fill('private'), { pooling: 'mean' })`,
  calls: [
    {
      it: 'records what embeds one text or several',
      body: `
        print((await extract(['private one', 'private two'], { pooling: 'mean', normalize: true })).tolist())
        print((await extract('private', { pooling: 'cls' })).tolist())
        print((await extract('private one')).dims)`,
      records: [
        { ...embed, batch_size: 2, results: 2 },
        { ...embed, batch_size: 1, results: 1 },
        { ...embed, batch_size: 1, results: 1 },
      ],
    },
  ],
})
