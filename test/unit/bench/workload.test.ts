import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import * as hdf5 from 'h5wasm/node'
import type { Item } from '../../../cli/bench/model.ts'
import { readWorkload, type WorkloadDescription } from '../../../cli/bench/workload/workload.ts'
import { UsageError } from '../../../cli/command.ts'
import { root } from '../../support/application.ts'

const folder = mkdtempSync(join(tmpdir(), 'crossbridge-workload-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
const read = (described: Omit<WorkloadDescription, 'location'>, from = folder) =>
  readWorkload({ ...described, location: 'bench.yml:9:3' }, from)
/** What is wrong with a description, or with the files that it names. */
async function wrongWith(described: Omit<WorkloadDescription, 'location'>, from = folder): Promise<string> {
  const error = await read(described, from).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof UsageError, String(error))
  return error.message
}
const jsonl = (...lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('')
const numbersOf = (items: readonly Item[]) => items.map(({ vector }) => Array.from(vector ?? []))

write(
  'docs.jsonl',
  `\uFEFF${jsonl({ id: 1, text: 'a', vector: [1, 0] })}\r\n\n${jsonl({ id: 'b', text: 'b', vector: [0, 1] })}`,
)
write('queries.jsonl', jsonl({ id: 'q', text: 'which', vector: [0.5, 0.25], relevant: ['b', 1] }))

/** The layout of http://corpus-texmex.irisa.fr. */
function vecsOf(rows: readonly (readonly number[])[], width: 1 | 4, isFloat: boolean): Buffer {
  return Buffer.concat(
    rows.flatMap((row) => {
      const [head, numbers] = [Buffer.alloc(4), Buffer.alloc(row.length * width)]
      head.writeInt32LE(row.length)
      for (const [i, value] of row.entries()) {
        if (width === 1) numbers.writeUInt8(value, i)
        else if (isFloat) numbers.writeFloatLE(value, 4 * i)
        else numbers.writeInt32LE(value, 4 * i)
      }
      return [head, numbers]
    }),
  )
}

describe('a workload of lines', () => {
  it('is read with its ids as texts, whatever ends its lines', async () => {
    const { documents, queries, name, k, metric } = await read({ documents: 'docs.jsonl', queries: 'queries.jsonl' })

    assert.deepEqual([name, k, metric], ['docs.jsonl', 10, 'cosine'])
    assert.deepEqual(
      documents.map(({ id, text }) => [id, text]),
      [
        ['1', 'a'],
        ['b', 'b'],
      ],
    )
    assert.deepEqual(numbersOf(documents), [
      [1, 0],
      [0, 1],
    ])
    assert.deepEqual([queries[0]?.relevant, numbersOf(queries)], [['b', '1'], [[0.5, 0.25]]])
  })

  it('may have queries alone, where the variants have their own documents', async () => {
    const { documents, name } = await read({ queries: 'queries.jsonl', k: 3, metric: 'dot' })

    assert.deepEqual([documents, name], [[], 'queries.jsonl'])
  })

  it('says of a bad line where it is and what to do, and shows no text of it', async () => {
    const good = { id: 'a', vector: [1, 2] }
    const cases: readonly (readonly [lines: string, wanted: RegExp])[] = [
      [jsonl(good, 7), /^bad\.jsonl:2: a document must be an object such as \{"id": "1", "text": "…"\}, not 7$/],
      [jsonl(good).replace('}', ''), /^bad\.jsonl:1: this line is not JSON/],
      [jsonl(good, { text: 'hush' }), /^bad\.jsonl:2: its `id` must be a text or a number, not nothing/],
      [jsonl({ id: null }), /^bad\.jsonl:1: its `id` must be a text or a number, not null/],
      [jsonl({ id: 1, text: ['hush'] }), /^bad\.jsonl:1: its `text` must be a text, not a list$/],
      [jsonl({ id: 1 }), /^bad\.jsonl:1: it has neither `text` nor `vector`/],
      [jsonl({ id: 1, vector: 'hush' }), /^bad\.jsonl:1: its `vector` must be a list of numbers, not a text$/],
      [jsonl({ id: 1, vector: [] }), /^bad\.jsonl:1: its `vector` is empty$/],
      [jsonl({ id: 1, vector: [1, 'hush'] }), /^bad\.jsonl:1: its `vector` has a text at 1, which is no number/],
      [jsonl({ id: 1, vector: [1, null] }), /^bad\.jsonl:1: its `vector` has null at 1/],
      [jsonl({ id: 1, vector: [1e39] }), /^bad\.jsonl:1: its `vector` has 1e\+39 at 0, which is no number of 32 bits$/],
      [
        jsonl(good, { id: 'b', vector: [1, 2, 3] }),
        /^bad\.jsonl:2: a vector with 3 dimensions, a vector with 2 dimensions at bad\.jsonl:1; all must be alike$/,
      ],
      [jsonl(good, { id: 'b', text: 'hush' }), /^bad\.jsonl:2: no vector, a vector with 2 dimensions at bad\.jsonl:1/],
      [jsonl(good, good), /^bad\.jsonl:2: the id "a" is that of bad\.jsonl:1, too; give each document its own$/],
      ['\n\n', /^bad\.jsonl: there is no document in it/],
    ]
    for (const [lines, wanted] of cases) {
      write('bad.jsonl', lines)
      const message = await wrongWith({ documents: 'bad.jsonl', queries: 'queries.jsonl' })
      assert.match(message, wanted)
      assert.ok(!message.includes('hush'))
    }
    write('bad.jsonl', jsonl({ id: 1, text: 'a', relevant: [] }))
    assert.match(await wrongWith({ queries: 'bad.jsonl' }), /^bad\.jsonl:1: its `relevant` is empty/)
    write('bad.jsonl', jsonl({ id: 1, text: 'a', relevant: [{}] }))
    assert.match(await wrongWith({ queries: 'bad.jsonl' }), /^bad\.jsonl:1: its `relevant` must be a list of ids$/)
  })

  it('says where the description is wrong', async () => {
    write('three.jsonl', jsonl({ id: 1, vector: [1, 2, 3] }))

    assert.match(await wrongWith({ documents: 'docs.jsonl' }), /^bench\.yml:9:3: `queries` are missing/)
    assert.match(await wrongWith({ documents: 'gone.jsonl' }), /^bench\.yml:9:3: there is no file gone\.jsonl in /)
    assert.match(await wrongWith({ documents: 'docs.csv' }), /^bench\.yml:9:3: docs\.csv is of an unknown kind/)
    assert.match(
      await wrongWith({ documents: 'docs.jsonl', queries: 'three.jsonl' }),
      /^bench\.yml:9:3: the documents' vectors have 2 dimensions, those of the queries 3/,
    )
  })
})

describe('a workload of fvecs, bvecs and ivecs', () => {
  write(
    'base.fvecs',
    vecsOf(
      [
        [1.5, -2],
        [0, 3],
      ],
      4,
      true,
    ),
  )
  write(
    'base.bvecs',
    vecsOf(
      [
        [1, 255],
        [0, 3],
      ],
      1,
      false,
    ),
  )
  write(
    'truth.ivecs',
    vecsOf(
      [
        [1, 0],
        [0, 1],
      ],
      4,
      false,
    ),
  )

  it('is read, with the neighbours of each query', async () => {
    const { documents, queries } = await read({
      documents: 'base.fvecs',
      queries: 'base.bvecs',
      relevant: 'truth.ivecs',
    })

    assert.deepEqual(numbersOf(documents), [
      [1.5, -2],
      [0, 3],
    ])
    assert.deepEqual(numbersOf(queries), [
      [1, 255],
      [0, 3],
    ])
    assert.deepEqual(
      documents.map(({ id }) => id),
      ['0', '1'],
    )
    assert.deepEqual(
      queries.map(({ relevant }) => relevant),
      [
        ['1', '0'],
        ['0', '1'],
      ],
    )
  })

  it('says of a file that is cut, empty, mixed or of another kind where it is wrong', async () => {
    const cases: readonly (readonly [content: Buffer, wanted: RegExp])[] = [
      [Buffer.alloc(0), /^bad\.fvecs: it is empty/],
      [
        vecsOf(
          [
            [1, 2],
            [3, 4],
          ],
          4,
          true,
        ).subarray(0, 20),
        /^bad\.fvecs: it ends within vector 1; .* to 12 bytes$/,
      ],
      [
        Buffer.from([1, 2, 3, 250, 0]),
        /^bad\.fvecs: its first vector would have -\d+ dimensions; is it a file of fvecs\?$/,
      ],
      [
        vecsOf(
          [
            [1, 2],
            [3, 4, 5],
            [1, 2],
          ],
          4,
          true,
        ),
        /^bad\.fvecs, vector 1: 3 dimensions, 2 at vector 0/,
      ],
      [
        vecsOf(
          [
            [1, 2],
            [3, Number.NaN],
          ],
          4,
          true,
        ),
        /^bad\.fvecs, vector 1: its vector has NaN at 1$/,
      ],
      [vecsOf([[1, Number.POSITIVE_INFINITY]], 4, true), /^bad\.fvecs, vector 0: its vector has Infinity at 1$/],
    ]
    for (const [content, wanted] of cases) {
      write('bad.fvecs', content)
      assert.match(await wrongWith({ documents: 'bad.fvecs', queries: 'base.fvecs' }), wanted)
    }
    const both = { documents: 'base.fvecs', queries: 'base.fvecs' }
    write('bad.ivecs', vecsOf([[0, 2]], 4, false))
    assert.match(
      await wrongWith({ ...both, relevant: 'bad.ivecs' }),
      /^bad\.ivecs, vector 0: it names document 2, and there are 2/,
    )
    write('bad.ivecs', vecsOf([[0, 1]], 4, false))
    assert.match(await wrongWith({ ...both, relevant: 'bad.ivecs' }), /^bad\.ivecs: it has 1 row for 2 queries/)
    assert.match(
      await wrongWith({ ...both, relevant: 'base.fvecs' }),
      /^base\.fvecs: `relevant` is read from an \.ivecs file/,
    )
  })
})

describe('a workload of HDF5', () => {
  async function made(
    name: string,
    tables: Readonly<Record<string, readonly [data: Float32Array | Int32Array, rows: number]>>,
    distance?: string,
  ) {
    await hdf5.ready
    const file = new hdf5.File(join(folder, name), 'w')
    if (distance !== undefined) file.create_attribute('distance', distance)
    for (const [key, [data, rows]] of Object.entries(tables))
      file.create_dataset({ name: key, data, shape: [rows, data.length / rows] })
    file.close()
  }
  const train = [Float32Array.of(1, 2, 3, 4, 5, 6), 3] as const
  const test = [Float32Array.of(1, 2, 5, 6), 2] as const

  it('is read as ann-benchmarks writes it, with the h5wasm of the project', async () => {
    await made('glove.hdf5', { train, test, neighbors: [Int32Array.of(0, 1, 2, 1), 2] }, 'angular')

    const { documents, queries, metric, name } = await read({ documents: join(folder, 'glove.hdf5') }, root)
    const same = await read({ documents: { hdf5: join(folder, 'glove.hdf5') }, metric: 'dot' }, root)

    assert.deepEqual([name, metric, same.metric], ['glove.hdf5', 'cosine', 'dot'])
    assert.deepEqual(numbersOf(documents), [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    assert.deepEqual(numbersOf(queries), [
      [1, 2],
      [5, 6],
    ])
    assert.deepEqual(
      queries.map(({ relevant }) => relevant),
      [
        ['0', '1'],
        ['2', '1'],
      ],
    )
  })

  it('says what is missing: the package, a table, a distance that is known, the end of the file', async () => {
    const project = join(folder, 'project')
    mkdirSync(join(project, 'node_modules'), { recursive: true })
    symlinkSync(join(root, 'node_modules', 'h5wasm'), join(project, 'node_modules', 'h5wasm'))
    await made('hamming.hdf5', { train, test }, 'hamming')
    await made('train.hdf5', { train })
    await made('mixed.hdf5', { train, test: [Float32Array.of(1, 2, 3), 1] })
    await made('beyond.hdf5', { train, test, neighbors: [Int32Array.of(0, 3), 2] })
    write('text.hdf5', 'no vectors')
    const at = (name: string) => ({ documents: join('..', name) })

    assert.match(
      await wrongWith({ documents: 'hamming.hdf5' }),
      /^hamming\.hdf5: HDF5 files need a package .*: npm install h5wasm$/,
    )
    assert.match(
      await wrongWith(at('hamming.hdf5'), project),
      /its distance is "hamming"; known are angular, euclidean, dot$/,
    )
    assert.match(await wrongWith(at('train.hdf5'), project), /it has no table `test`/)
    assert.match(await wrongWith(at('mixed.hdf5'), project), /train has 2 dimensions, test 3; they must be alike$/)
    assert.match(await wrongWith(at('beyond.hdf5'), project), /neighbors 1: it names 3, which train doesn't have$/)
    assert.match(await wrongWith(at('text.hdf5'), project), /it is not an HDF5 file/)
  })
})

describe('generated vectors', () => {
  const described = { count: 300, dimensions: 24, clusters: 5, queries: 40, seed: 9 }

  it('are the same bytes in each run, on each machine, and others for another seed', async () => {
    const digest = async (more: object) => {
      const { documents, queries } = await read({ documents: { generated: { ...described, ...more } } })
      const hash = createHash('sha256')
      for (const { vector = new Float32Array() } of [...documents, ...queries])
        for (const number of vector) {
          const bytes = Buffer.alloc(4)
          bytes.writeFloatLE(number)
          hash.update(bytes)
        }
      return hash.digest('hex').slice(0, 16)
    }

    assert.equal(await digest({}), 'c97957999c6b21de')
    assert.notEqual(await digest({ seed: 10 }), 'c97957999c6b21de')
  })

  it('lie around as many centres as are asked for, queries among them', async () => {
    const { documents, queries } = await read({ documents: { generated: described } })
    const distance = (a: Item, b: Item) =>
      Math.hypot(...Array.from(a.vector ?? [], (one, i) => one - (b.vector?.[i] ?? 0)))
    const groups: Item[] = []
    for (const item of documents) if (groups.every((other) => distance(item, other) > 1.3)) groups.push(item)
    const nearest = queries.map((query) => Math.min(...documents.map((document) => distance(query, document))))

    assert.equal(groups.length, 5)
    assert.ok(Math.max(...nearest) < 1.1)
    assert.equal(
      (await read({ documents: { generated: { count: 10, dimensions: 3, clusters: 2 } } })).queries.length,
      200,
    )
  })
})

describe("a workload of the user's function", () => {
  write(
    'data.mjs',
    `export const list = [{ id: 'a', text: 'x' }]
export async function* documents() { yield { id: 'a', vector: Float32Array.of(1, 2) }; yield { id: 'b', vector: [3, 4] } }
export const twice = () => [{ id: 'a', text: 'x' }, { id: 'a', text: 'x' }]
export const number = () => 5
export const fails = async () => { throw new TypeError('no network\\nat all') }
export const text = 'abc'
export default () => [{ id: 'q', text: 'x' }]
`,
  )
  write('broken.mjs', 'throw new Error("at load")')

  it('is an array, an async iterable, or a function that gives one', async () => {
    const { documents, queries } = await read({
      documents: { function: './data.mjs#documents' },
      queries: { function: './data.mjs' },
    })
    const listed = await read({ queries: { function: 'data.mjs#list' } })

    assert.deepEqual(numbersOf(documents), [
      [1, 2],
      [3, 4],
    ])
    assert.deepEqual([queries[0]?.id, listed.queries[0]?.id], ['q', 'a'])
  })

  it('says what is wrong with it, and where', async () => {
    const own = (words: string) => wrongWith({ queries: { function: words } })

    assert.match(
      await own('./data.mjs#twice'),
      /^\.\/data\.mjs#twice\[1\]: the id "a" is that of \.\/data\.mjs#twice\[0\], too/,
    )
    assert.match(
      await own('./data.mjs#number'),
      /^bench\.yml:9:3: \.\/data\.mjs#number must give an array or an async iterable/,
    )
    assert.match(await own('./data.mjs#text'), /must give an array or an async iterable/)
    assert.match(
      await own('./data.mjs#fails'),
      /^bench\.yml:9:3: \.\/data\.mjs#fails failed after 0: TypeError: no network$/,
    )
    assert.match(await own('./data.mjs#document'), /has no export document; did you mean #documents\?$/)
    assert.match(await own('./broken.mjs#x'), /^bench\.yml:9:3: \.\/broken\.mjs can't be loaded: Error: at load$/)
  })
})
