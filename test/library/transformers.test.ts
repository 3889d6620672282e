import { library } from '../support/library.ts'
import { onnxModel, writer } from '../support/onnx-model.ts'

const embed = { scope: 'embedding_provider.embed', model: 'tiny', dimensions: 4 }
const written = { scope: 'llm.generate', model: 'writer', batch_size: 1 }

library({
  name: 'transformers',
  module: '@huggingface/transformers',
  packages: ['heavy'],
  server: async () => {
    const models = [onnxModel('tiny'), onnxModel('writer', writer)]
    const close = async () => {
      for (const model of models) model.close()
    }
    return { url: models.map(({ folder }) => folder).join('|'), close }
  },
  imports: [
    [
      '{ env, pipeline, FeatureExtractionPipeline, PreTrainedModel, AutoModelForCausalLM }',
      '@huggingface/transformers',
    ],
  ],
  setUp: ({ url }) => {
    const [tiny, written] = url.split('|')
    return `
      env.allowRemoteModels = false
      env.localModelPath = ${JSON.stringify(tiny)}
      const extract = await pipeline('feature-extraction', 'tiny', { dtype: 'fp32' })
      env.localModelPath = ${JSON.stringify(written)}
      const write = await pipeline('text-generation', 'writer', { dtype: 'fp32' })`
  },
  shapes: [
    'FeatureExtractionPipeline',
    'FeatureExtractionPipeline.prototype',
    'PreTrainedModel',
    'PreTrainedModel.prototype',
    'extract',
    `extract('private')`,
    'write.model',
    `write('private', { max_new_tokens: 2 })`,
  ],
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
    {
      it: 'records what writes, by a pipeline or a model, with the tokens of its prompts and answers',
      body: `
        print(await write('private one two', { max_new_tokens: 2 }))
        print((await write(['private', 'one two query'], { max_new_tokens: 3 })).length)
        print((await Promise.all(['private', 'private one'].map((text, i) => write(text, { max_new_tokens: 4 + i })))).length)
        const model = await AutoModelForCausalLM.from_pretrained('writer', { dtype: 'fp32' })
        print((await model.generate({ ...write.tokenizer('private'), max_new_tokens: 2 })).dims)
        print(await write('private', { max_new_tokens: 2, return_dict_in_generate: true }).catch((error) => error.name))`,
      records: [
        { ...written, input_tokens: 3, output_tokens: 2 },
        { ...written, batch_size: 2, input_tokens: 6, output_tokens: 6 },
        { ...written, input_tokens: 1, output_tokens: 4 },
        { ...written, input_tokens: 2, output_tokens: 5 },
        { ...written, input_tokens: 3, output_tokens: 2 },
        { ...written, input_tokens: 1, output_tokens: 2 },
      ],
    },
  ],
})
