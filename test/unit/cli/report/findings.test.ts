import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Metadata, ProfileRecord, Timing } from '../../../../agent/model.ts'
import { createCollector } from '../../../../cli/report/collect.ts'
import type { FindingKind } from '../../../../cli/report/model.ts'
import { recordOf } from '../../../support/records.ts'

interface Given {
  readonly name?: string
  readonly library?: string
  /** After the begin of its request, in milliseconds. */
  readonly at?: number
  readonly ms?: number
  readonly span?: string
  readonly within?: string
  readonly error?: string
  readonly rate?: number
  readonly metadata?: Metadata
  readonly timing?: Partial<Timing>
}

const embed = 'embedding_provider.embed'
const search = 'vector_store.search'

/** The records of a request; without a number those of none. */
function request(number: number | undefined, calls: readonly Given[]): ProfileRecord[] {
  return calls.map(({ name = search, library = 'qdrant', at = 0, ms = 10, within = 'request', ...given }, i) => ({
    ...recordOf({ name, library, duration_ms: ms, timestamp: 1_782_900_000 + (number ?? 0) * 10 + at / 1000 }),
    ...(given.error !== undefined && { error: given.error }),
    ...(given.rate !== undefined && { sample_rate: given.rate }),
    ...(given.metadata !== undefined && { metadata: given.metadata }),
    ...(given.timing !== undefined && { timing: { blocked_ms: 0, ...given.timing } }),
    ...(number !== undefined && { trace_id: `trace-${number}`, span_id: given.span ?? `span-${i}`, parent_id: within }),
  }))
}

const repeat = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))
const requests = (count: number, calls: (i: number) => readonly Given[]) =>
  repeat(count, (i) => request(i, calls(i))).flat()

function findingsOf(records: readonly ProfileRecord[]) {
  const collector = createCollector(0)
  for (const record of records) collector.add(record)
  return collector.end().findings
}

const kindsOf = (records: readonly ProfileRecord[]): FindingKind[] => findingsOf(records).map(({ kind }) => kind)

/** One text each, one after another, 10 ms long with 1 ms between them. */
const singles = (count: number, made: Given = {}): Given[] =>
  repeat(count, (i) => ({ name: embed, library: 'openai', at: i * 11, metadata: { batch_size: 1 }, ...made }))

describe('single embeddings', () => {
  it('are found from three in one request on, and save all but the longest of them', () => {
    const [finding] = findingsOf(request(1, singles(3)))

    assert.deepEqual([finding?.kind, finding?.saves_ms, finding?.trace_id], ['single_embeddings', 20, 'trace-1'])
    assert.match(finding?.evidence[0] ?? '', /^1 request made 3 embedding calls of one text each, up to 3 in one$/)
    assert.deepEqual(kindsOf(request(1, singles(2))), [])
  })

  it('count for the calls that a record stands for', () => {
    const [finding] = findingsOf(request(1, singles(3, { rate: 0.1 })))

    assert.deepEqual([finding?.saves_ms, finding?.saves], [200, 'up to 200 ms of waiting, and 20 calls'])
  })

  it('save no time where they are made together', () => {
    const [finding] = findingsOf(request(1, singles(3, { at: 0 })))

    assert.deepEqual([finding?.saves_ms, finding?.saves], [0, '2 calls'])
  })

  it('are not batches, nor calls of several models, nor those of several requests', () => {
    const models = ['a', 'a', 'b'].map((model, i) => ({ ...singles(1)[0], at: i * 11, metadata: { model } }))

    assert.deepEqual(kindsOf(request(1, singles(3, { at: 0, metadata: { batch_size: 2 } }))), [])
    assert.deepEqual(kindsOf(request(1, models)), [])
    assert.deepEqual(kindsOf(requests(3, () => singles(1))), [])
  })

  it("count once where a framework's call holds the client's", () => {
    const pairs = repeat(3, (i): Given[] => [
      { name: embed, library: 'langchain', at: i * 20, ms: 12, span: `outer-${i}` },
      { name: embed, library: 'openai', at: i * 20, ms: 10, within: `outer-${i}` },
    ]).flat()

    const findings = findingsOf(request(1, pairs))

    assert.deepEqual(
      findings.map(({ kind, library }) => [kind, library]),
      [['single_embeddings', 'openai']],
    )
  })

  it('are found without requests where one follows the other in one thread', () => {
    const apart = repeat(3, (i) => ({ ...singles(1)[0], at: i * 31 }))
    const [finding] = findingsOf(request(undefined, singles(3)))

    assert.match(
      finding?.evidence.join() ?? '',
      /^3 embedding calls of one text each came .* up to 3 in a row,for example at 2026-07-01T10:00:00.000Z$/,
    )
    assert.deepEqual(kindsOf(request(undefined, apart)), [])
  })
})

describe('repeated inputs', () => {
  const given = (repeats: number | undefined, batch_size = 10) =>
    request(undefined, [
      {
        name: embed,
        ms: 100,
        metadata: { batch_size, input_tokens: 50, ...(repeats !== undefined && { repeats }) },
      },
    ])

  it('are found from five on that are a twentieth of all, and save their share of time and tokens', () => {
    const [finding] = findingsOf(given(5))

    assert.deepEqual([finding?.kind, finding?.saves_ms], ['repeated_inputs', 50])
    assert.equal(finding?.saves, 'about 50 ms and 25 input tokens')
    assert.deepEqual(kindsOf(given(4)), [])
    assert.deepEqual(kindsOf(given(5, 100)), ['repeated_inputs'])
    assert.deepEqual(kindsOf(given(5, 101)), [])
  })

  it('are a share of the calls in which they were looked for', () => {
    assert.deepEqual(kindsOf([...given(5), ...given(undefined, 1000)]), ['repeated_inputs'])
  })
})

describe('sequential calls', () => {
  const row = (count: number, gap: number, made: Given = {}) =>
    repeat(count, (i) => ({ at: i * (20 + gap), ms: 20, ...made }))

  it('are found from three of one scope in a row on, and may save all but the longest', () => {
    const [finding] = findingsOf(request(1, row(3, 1)))

    assert.deepEqual([finding?.kind, finding?.saves_ms], ['sequential_calls', 40])
    assert.match(finding?.advice ?? '', /may be independent/)
    assert.deepEqual(kindsOf(request(1, row(2, 1))), [])
  })

  it('are not calls that overlap, nor of several callers, nor so short that they save nothing', () => {
    assert.deepEqual(kindsOf(request(1, row(3, -3))), [])
    assert.deepEqual(
      kindsOf(
        request(
          1,
          row(3, 1).map((call, i) => ({ ...call, within: `${i}` })),
        ),
      ),
      [],
    )
    assert.deepEqual(kindsOf(request(1, row(3, 11, { ms: 9.9 }))), [])
    assert.deepEqual(kindsOf(request(1, row(3, 11, { ms: 10 }))), ['sequential_calls'])
  })
})

describe('retries', () => {
  const calls = (retried: number, all: number, made: Given) =>
    repeat(all, (i) => request(undefined, [{ name: 'llm.generate', ...(i < retried && made) }])).flat()

  it('are found from three calls on that are a hundredth of all', () => {
    const attempts = { metadata: { attempts: 2 } }
    const [finding] = findingsOf(calls(3, 300, attempts))

    assert.deepEqual([finding?.kind, finding?.saves, finding?.saves_ms], ['retries', '3 tries', undefined])
    assert.deepEqual(kindsOf(calls(2, 10, attempts)), [])
    assert.deepEqual(kindsOf(calls(3, 301, attempts)), [])
    assert.deepEqual(kindsOf(calls(3, 3, { metadata: { attempts: 1 } })), [])
  })

  it('save the time between the tries, where it is known', () => {
    const [finding] = findingsOf(calls(3, 3, { ms: 900, timing: { retry_ms: 400 } }))

    assert.deepEqual([finding?.saves_ms, finding?.saves], [1200, '1.2 s between tries, and the tries themselves'])
  })
})

describe('rate limits', () => {
  const failed = (count: number, error: string) =>
    request(
      undefined,
      repeat(count, () => ({ error, ms: 50 })),
    )

  it('are found by the names of errors, from two on', () => {
    for (const error of ['RateLimitError', 'ThrottlingException', 'TooManyRequestsException', 'RESOURCE_EXHAUSTED']) {
      const [finding] = findingsOf(failed(2, error))

      assert.deepEqual([finding?.kind, finding?.saves_ms], ['rate_limits', 100])
    }
    assert.deepEqual(kindsOf(failed(1, 'RateLimitError')), [])
    assert.deepEqual(kindsOf(failed(9, 'TypeError')), [])
  })

  it("count once where a framework's call fails with the client's error", () => {
    const error = 'RateLimitError'
    const findings = findingsOf(
      requests(2, () => [
        { name: 'semantic_search.retrieve', library: 'langchain', span: 'outer', error },
        { error, within: 'outer' },
      ]),
    )

    assert.deepEqual(
      findings.map(({ library }) => library),
      ['qdrant'],
    )
  })
})

describe('a blocked event loop', () => {
  const calls = (count: number, blocked_ms: number, ms = 60, all = count) =>
    request(
      undefined,
      repeat(all, (i) => ({ ms, timing: { blocked_ms: i < count ? blocked_ms : 0 } })),
    )

  it('is found where it is much of many calls', () => {
    const [finding] = findingsOf(calls(5, 20))

    assert.deepEqual([finding?.kind, finding?.saves_ms], ['blocked_loop', 100])
    assert.deepEqual(kindsOf(calls(4, 20)), [])
    assert.deepEqual(kindsOf(calls(5, 19)), [])
    assert.deepEqual(kindsOf(calls(5, 20, 67)), [])
    assert.deepEqual(kindsOf(calls(5, 20, 60, 100)), ['blocked_loop'])
    assert.deepEqual(kindsOf(calls(5, 20, 60, 101)), [])
  })

  it('is told once, by the scope that lost most, and not of calls that hold others', () => {
    const timing = { blocked_ms: 50 }
    const findings = findingsOf(
      requests(5, () => [
        { name: 'semantic_search.retrieve', span: 'outer', ms: 100, timing },
        { ms: 60, within: 'outer', timing },
        { name: embed, ms: 60, within: 'outer', timing: { blocked_ms: 30 } },
      ]),
    )

    assert.deepEqual(
      findings.map(({ kind, name, saves_ms }) => [kind, name, saves_ms]),
      [['blocked_loop', search, 400]],
    )
  })
})

describe('cold connections', () => {
  const calls = (count: number, connect_ms: number, ms = 50, all = count) =>
    request(
      undefined,
      repeat(all, (i) => ({ ms, timing: { requests: 1, connect_ms: i < count ? connect_ms : 0 } })),
    )

  it('are found where they are a notable part of many calls', () => {
    const [finding] = findingsOf(calls(5, 5))

    assert.deepEqual([finding?.kind, finding?.saves_ms], ['cold_connections', 25])
    assert.deepEqual(kindsOf(calls(4, 5)), [])
    assert.deepEqual(kindsOf(calls(5, 4.9, 10)), [])
    assert.deepEqual(kindsOf(calls(5, 5, 51)), [])
    assert.deepEqual(kindsOf(calls(5, 5, 50, 25)), ['cold_connections'])
    assert.deepEqual(kindsOf(calls(5, 5, 50, 26)), [])
  })
})

describe('a large top_k', () => {
  const kinds = (calls: readonly Given[], count = 5) => kindsOf(requests(count, () => calls))
  const found = (top_k: number, results: number, made: Given = {}): Given => ({ metadata: { top_k, results }, ...made })

  it('is found where four times fewer results come', () => {
    assert.deepEqual(kinds([found(20, 5)]), ['large_top_k'])
    assert.deepEqual(kinds([found(20, 5)], 4), [])
    assert.deepEqual(kinds([found(20, 6)]), [])
    assert.deepEqual(kinds([found(19, 1)]), [])
    assert.deepEqual(kinds([{ metadata: { top_k: 20, results: 5, batch_size: 2 } }]), [])
  })

  it('is found where the caller keeps four times fewer, of the only search that it makes', () => {
    const outer = (results: number): Given => ({
      name: 'semantic_search.retrieve',
      span: 'outer',
      metadata: { results },
    })
    const inner = found(20, 20, { within: 'outer' })

    assert.deepEqual(kinds([outer(5), inner]), ['large_top_k'])
    assert.deepEqual(kinds([outer(6), inner]), [])
    assert.deepEqual(kinds([outer(5), inner, inner]), [])
  })

  it('is found where a reranking after it keeps fifteen times fewer', () => {
    const rerank = (results: number, at = 10): Given => ({ name: 'semantic_search.rerank', at, metadata: { results } })

    assert.deepEqual(kinds([found(150, 150), rerank(10)]), ['large_top_k'])
    assert.deepEqual(kinds([found(150, 150), rerank(11)]), [])
    assert.deepEqual(kinds([found(150, 150), rerank(10, 0)]), [])
  })
})

describe('empty results', () => {
  const calls = (empty: number, all: number, made: Given = {}) =>
    request(
      undefined,
      repeat(all, (i) => ({ metadata: { results: i < empty ? 0 : 3 }, ...made })),
    )

  it('are found from five on that are a tenth of all searches that say how many', () => {
    assert.deepEqual(kindsOf(calls(5, 50)), ['empty_results'])
    assert.deepEqual(kindsOf(calls(5, 51)), [])
    assert.deepEqual(kindsOf(calls(4, 10)), [])
    assert.deepEqual(kindsOf(calls(5, 5, { error: 'TypeError' })), [])
    assert.deepEqual(kindsOf(calls(5, 5, { name: 'vector_store.upsert' })), [])
  })

  it('count once where a retriever finds nothing because its search does', () => {
    const metadata = { results: 0 }
    const findings = findingsOf(
      requests(5, () => [
        { name: 'semantic_search.retrieve', library: 'langchain', span: 'outer', metadata },
        { within: 'outer', metadata },
      ]),
    )

    assert.deepEqual(
      findings.map(({ kind, library }) => [kind, library]),
      [['empty_results', 'qdrant']],
    )
  })
})

describe('findings', () => {
  it('stand in the order of what they save', () => {
    const kinds = kindsOf([
      ...requests(5, () => [{ metadata: { results: 0 } }]),
      ...request(9, singles(3)),
      ...request(
        10,
        repeat(2, () => ({ name: 'llm.generate', error: 'RateLimitError', ms: 500 })),
      ),
    ])

    assert.deepEqual(kinds, ['rate_limits', 'single_embeddings', 'empty_results'])
  })
})
