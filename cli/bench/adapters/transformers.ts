import type { Values } from '../../../agent/config/group.ts'
import { boolean, choice, text } from '../../../agent/config/option.ts'
import { batchSize, embedder, type Given } from './adapter.ts'

const settings = {
  model: text('Xenova/all-MiniLM-L6-v2', 'The model.'),
  path: text('', 'The folder of models that are there; empty fetches them from the hub, and keeps them.'),
  dtype: text('', 'How its weights are, as `fp32` or `q8`; empty leaves it to the package.'),
  device: text('', 'On what it runs, as `cpu` or `cuda`; empty leaves it to the package.'),
  pooling: choice(
    'mean',
    ['mean', 'cls', 'none'],
    'How the vectors of tokens become one; `none` only for one that does it itself.',
  ),
  normalize: boolean(true, 'Whether vectors have the length 1.'),
  batch_size: batchSize(10_000),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@huggingface/transformers`. */
interface Package {
  readonly env: { allowRemoteModels: boolean; localModelPath: string }
  pipeline(task: string, model: string, options: object): Promise<Pipeline>
}
interface Pipeline {
  (texts: readonly string[], options: object): Promise<{ tolist(): number[][] }>
  dispose?(): Promise<unknown>
}

const packageName = '@huggingface/transformers'

export const transformers = embedder({
  packages: () => [packageName],
  settings,
  async open({ settings, load }: Mine) {
    const { env, pipeline } = await load<Package>(packageName)
    const { model, path, dtype, device, pooling, normalize } = settings
    if (path !== '') Object.assign(env, { allowRemoteModels: false, localModelPath: path })
    const extract = await pipeline('feature-extraction', model, {
      ...(dtype !== '' && { dtype }),
      ...(device !== '' && { device }),
    })
    return {
      embed: async (texts) => (await extract(texts, { pooling, normalize })).tolist(),
      close: async () => void (await extract.dispose?.()),
    }
  },
})
