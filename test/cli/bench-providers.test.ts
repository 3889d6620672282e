import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { root } from '../support/application.ts'
import { benchIn, type Link } from '../support/bench-project.ts'
import { cohereServer } from '../support/cohere-server.ts'
import { googleServer } from '../support/google-server.ts'
import { ollamaServer } from '../support/ollama-server.ts'
import { onnxModel } from '../support/onnx-model.ts'
import type { Loopback } from '../support/openai-server.ts'
import { voyageServer } from '../support/voyage-server.ts'

const lines = (kind: string, count: number) =>
  Array.from({ length: count }, (_, i) => `{"id":"${kind}${i}","text":"${kind} number ${i}"}\n`).join('')
const files = { 'docs.jsonl': lines('d', 20), 'queries.jsonl': lines('q', 5) }
const yamlOf = (variants: object) => `iterations: 1
warmup: 2
operations: 20
seconds: 5
workload: { documents: docs.jsonl, queries: queries.jsonl, k: 3 }
variants: ${JSON.stringify(variants)}
`

interface Row {
  readonly adapter: string
  readonly links: readonly Link[]
  readonly server: () => Promise<Loopback>
  /** The setting that says where the server is. */
  readonly at: string
  readonly key?: string
  /** Of the variant with four texts a call. */
  readonly settings: object
  /** Its path and body. */
  readonly asked: RegExp
  /** What the client says of a model that is not there. */
  readonly fails: RegExp
  readonly library: string
  /** Whether its answers tell tokens, in all versions. */
  readonly tokens: boolean
}

const rows: readonly Row[] = [
  {
    adapter: 'cohere',
    links: ['cohere-ai'],
    server: cohereServer,
    fails: /NotFoundError/,
    ...{ at: 'base_url', key: 'CO_API_KEY', library: 'cohere', tokens: true },
    settings: { model: 'small', input_type: 'search_query', dimensions: 3 },
    asked:
      /^\/v2\/embed (?=.*"texts":\["d number 0","d number 1","d number 2","d number 3"\])(?=.*"search_query")(?=.*"output_dimension":3)(?=.*"embedding_types":\["float"\])/,
  },
  {
    adapter: 'voyage',
    links: ['voyageai'],
    server: voyageServer,
    fails: /Status code: 400/,
    ...{ at: 'base_url', key: 'VOYAGE_API_KEY', library: 'voyage', tokens: true },
    settings: { model: 'small', input_type: 'query', dimensions: 3 },
    asked:
      /^\/embeddings (?=.*"input":\["d number 0","d number 1","d number 2","d number 3"\])(?=.*"input_type":"query")(?=.*"output_dimension":3)/,
  },
  {
    adapter: 'google',
    links: ['@google/genai'],
    server: googleServer,
    fails: /fail is not found/,
    ...{ at: 'base_url', key: 'GEMINI_API_KEY', library: 'genai', tokens: false },
    settings: { model: 'small', task_type: 'RETRIEVAL_QUERY', dimensions: 3 },
    asked:
      /models\/small:batchEmbedContents (?=.*"d number 0".*"d number 3")(?=.*"taskType":"RETRIEVAL_QUERY")(?=.*"outputDimensionality":3)/,
  },
  {
    adapter: 'ollama',
    links: ['ollama'],
    server: ollamaServer,
    fails: /"fail" not found/,
    ...{ at: 'url', library: 'ollama', tokens: true },
    settings: { model: 'small', dimensions: 3 },
    asked: /^\/api\/embed (?=.*"input":\["d number 0","d number 1","d number 2","d number 3"\])(?=.*"dimensions":3)/,
  },
]

describe('an embedding provider behind a server', { timeout: 300_000 }, () => {
  for (const { adapter, links, server, at, key, settings, asked, fails, library, tokens } of rows)
    it(`${adapter} embeds texts, one or several a call, as its settings say, and is reported where it fails`, async () => {
      const { url, exchanges = [], close } = await server()
      after(close)
      const of_ = (own: object) => ({ adapter, settings: { [at]: url, ...own } })
      const yaml = yamlOf({
        one: of_({ model: 'small' }),
        four: of_({ ...settings, batch_size: 4 }),
        fails: of_({ model: 'fail' }),
      })

      const { code, report, of, said, stdout } = await benchIn(yaml, links, key ? { [key]: 'private-key' } : {}, files)

      assert.equal(code, 1, said)
      for (const name of ['one', 'four']) {
        assert.equal(of(name).figures.errors?.value, 0, said)
        if (tokens) assert.ok((of(name).figures.tokens?.value ?? 0) > 0, `${name} has tokens`)
        assert.deepEqual(
          of(name).scopes.map((one) => [one.name, one.library, one.calls, one.errors]),
          [['embedding_provider.embed', library, 20, 0]],
        )
      }
      assert.notEqual(of('four').figures.overlap, undefined)
      assert.match(report.result.runs.find(({ variant }) => variant === 'fails')?.broken ?? '', fails)
      const bodies = exchanges.map(({ path, sent }) => `${path} ${JSON.stringify(sent)}`)
      assert.ok(
        bodies.some((line) => asked.test(line)),
        [...new Set(bodies)].slice(0, 12).join('\n'),
      )
      assert.doesNotMatch(stdout, /private-key|number 1/)
    })
})

describe('an embedding model in the process', { timeout: 300_000 }, () => {
  const isThere = existsSync(join(root, 'test/packages/heavy/node_modules/@huggingface/transformers'))
  const skip = isThere ? false : 'the large packages are not installed'

  it('transformers embeds texts by a model that is there', { skip }, async () => {
    const model = onnxModel('tiny')
    after(() => model.close())
    const settings = { model: 'tiny', path: model.folder, dtype: 'fp32' }
    const yaml = yamlOf({
      mean: { adapter: 'transformers', settings },
      four: { adapter: 'transformers', settings: { ...settings, batch_size: 4 } },
      cls: { adapter: 'transformers', settings: { ...settings, pooling: 'cls', normalize: false } },
    })

    const { code, of, said } = await benchIn(yaml, [['@huggingface/transformers', 'heavy']], {}, files)

    assert.equal(code, 0, said)
    for (const name of ['mean', 'four', 'cls'])
      assert.deepEqual(
        of(name).scopes.map((one) => [one.name, one.library, one.calls, one.errors]),
        [['embedding_provider.embed', 'transformers', 20, 0]],
      )
    // The same vectors, however many texts a call has.
    assert.equal(of('four').figures.overlap?.value, 1)
  })
})
