import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recordOf } from '../../../support/records.ts'
import {
  embed,
  findingsOf,
  type Given,
  kindsOf,
  reportOn,
  request,
  requests,
  row,
  search,
} from '../../../support/requests.ts'

const generate = 'llm.generate'
const rerank = 'semantic_search.rerank'
/** What a healthy request has besides. */
const rest = (at: number, ms: number): Given => ({ name: 'database.query', library: 'own', at, ms })

describe('a finding', () => {
  it('needs five requests, and a twentieth of their time', () => {
    const calls = (single: number) => [
      ...row(3, single, () => ({ name: embed, library: 'openai' })),
      { name: rerank, library: 'own', at: 20, ms: 170 },
    ]

    assert.deepEqual(kindsOf(requests(5, 200, () => calls(5))), ['single_embeddings'])
    assert.deepEqual(kindsOf(requests(4, 200, () => calls(5))), [])
    assert.deepEqual(kindsOf(requests(5, 200, () => calls(4.9))), [])
  })

  it('has the share of request time, the median without it, and a request to look at', () => {
    const [finding] = findingsOf(
      requests(10, 100, () => row(5, 19, () => ({ name: embed, library: 'openai', metadata: { model: 'small' } }))),
    )

    assert.deepEqual(
      [finding?.share, finding?.share_of, finding?.lost_ms, finding?.requests, finding?.trace_id, finding?.model],
      [0.76, 'request_time', 760, 10, 'trace-0', 'small'],
    )
    assert.ok(Math.abs((finding?.p50_ms?.without ?? 0) - 24) < 1)
  })

  it('has with it the calls of the request that it cites, with no slowest shown, and of a long one those that are shown', () => {
    const short = requests(10, 100, () => row(5, 19, () => ({ name: embed, library: 'openai' })))
    const long = requests(10, 1000, () => row(100, 9, () => ({ name: embed, library: 'openai' })))

    for (const [records, calls, left] of [
      [short, 6, 0],
      [long, 60, 41],
    ] as const) {
      const { findings, cited = [] } = reportOn(records)
      assert.deepEqual(
        cited.map((one) => [one.trace_id, one.calls.length, one.left_out]),
        [[findings[0]?.trace_id, calls, left]],
      )
    }
  })

  it('counts parallel calls by what was waited for', () => {
    const parallel = row(5, 50, () => ({ name: embed, library: 'openai', at: 0 }))

    assert.deepEqual(kindsOf(requests(10, 60, () => parallel)), [])
  })

  it('has a signature of names alone, the same over runs', () => {
    const of = (collection: string, number: number) => {
      const records = requests(6, 200, () => row(4, 40, () => ({ metadata: { collection } }))).map((record) => ({
        ...record,
        trace_id: `${record.trace_id}-${number}`,
        timestamp: record.timestamp + number * 1e6,
      }))
      return findingsOf(records)[0]
    }

    assert.equal(of('docs', 1)?.signature, of('docs', 2)?.signature)
    assert.notEqual(findingsOf(requests(6, 400, () => [{ ms: 380 }]))[0]?.signature, of('docs', 1)?.signature)
    assert.match(of('docs', 1)?.signature ?? '', /^sequential_calls-[0-9a-f]{8}$/)
  })

  it('is of the outermost calls where there are no requests', () => {
    const alone = Array.from({ length: 12 }, (_, i) =>
      recordOf({ name: embed, library: 'openai', timestamp: 1_782_900_000 + i * 0.011, metadata: { batch_size: 1 } }),
    )
    const [finding] = findingsOf(alone)

    assert.deepEqual([finding?.kind, finding?.share], ['single_embeddings', 0.9167])
    assert.match(
      finding?.evidence.join() ?? '',
      /^12 embedding calls of one text each came .* up to 12 in a row,for example at/,
    )
    assert.deepEqual(kindsOf(alone.map((record, i) => ({ ...record, timestamp: record.timestamp + i }))), [])
  })
})

describe('the process', () => {
  const stalled = (stall_ms: number, more = {}) =>
    requests(10, 300, () => [{ name: embed, ms: 200, timing: { stall_ms, ...more } }, rest(200, 90)], {
      timing: { blocked_ms: stall_ms, stall_ms, ...more },
    })

  it('stalls from a tenth of the time on, and what it takes is no call’s', () => {
    const [finding, ...others] = findingsOf(stalled(150))

    assert.deepEqual([finding?.kind, finding?.share, others.length], ['own_code', 0.5, 0])
    assert.deepEqual(kindsOf(stalled(30)), ['own_code'])
    assert.deepEqual(kindsOf(stalled(29)), [])
  })

  it('stalls short requests by short turns', () => {
    const short = (stall_ms: number) =>
      requests(10, 60, () => [{ ms: 20 }], { timing: { blocked_ms: stall_ms, stall_ms } })

    assert.deepEqual(
      findingsOf(short(30)).map(({ kind, share }) => [kind, share]),
      [['own_code', 0.5]],
    )
    assert.deepEqual(kindsOf(short(19)), [])
  })

  it('is the collector’s or the machine’s, where they have the time', () => {
    assert.deepEqual(kindsOf(stalled(100, { gc_ms: 100 })), ['garbage_collection'])
    assert.deepEqual(kindsOf(stalled(0, { gc_ms: 29 })), [])
    assert.deepEqual(kindsOf(stalled(0, { starved_ms: 130 })), ['starved'])
    assert.deepEqual(kindsOf(stalled(0, { starved_ms: 110 })), [])
  })

  it('is starved by as much as it made requests longer: a service works on meanwhile', () => {
    const waiting = (answered: number) =>
      requests(25, 700, () => [
        { name: embed, ms: 150, timing: { starved_ms: 110 } },
        { name: generate, library: 'openai', at: 151, ms: 500, timing: { starved_ms: answered } },
      ])
    const [finding] = findingsOf(requests(25, 200, () => [{ name: embed, ms: 190, timing: { starved_ms: 180 } }]))

    // No turn is longer than that of the embedding: 220 of 700, however long the answer is written meanwhile.
    assert.deepEqual(kindsOf(waiting(400)), [])
    assert.deepEqual([finding?.kind, finding?.share], ['starved', 0.9])
  })

  it('is starved by no more than the least starved calls need', () => {
    const generates = requests(40, 410, (i) => [
      { name: generate, library: 'openai', ms: 400, timing: { starved_ms: i % 3 ? 280 : 20 } },
    ])

    assert.deepEqual(kindsOf(generates), [])
  })

  it('is starved by one turn of several, where it was idle between', () => {
    const beside = (concurrent: number, blocked_ms: number) =>
      requests(40, 720, (i) => [
        {
          ...{ name: generate, library: 'openai', ms: 650 + (i % 5) * 30, concurrent },
          timing: { starved_ms: 400, blocked_ms },
        },
      ])

    assert.deepEqual(kindsOf(beside(9, 440)), [])
    assert.deepEqual(kindsOf(beside(9, 720)), ['starved'])
  })

  it('does not stall by what a burst of requests brings at once', () => {
    const burst = (concurrent: number) =>
      requests(24, 90, () => [{ ms: 40 }], { concurrent, timing: { blocked_ms: 40, stall_ms: 36 } })

    assert.deepEqual(kindsOf(burst(11)), [])
    assert.deepEqual(kindsOf(burst(2)), ['own_code'])
  })

  it('shares with needless calls the time in which they had no processor', () => {
    const embeds = requests(25, 800, () =>
      row(8, 90, () => ({ name: embed, library: 'openai', timing: { starved_ms: 80 } })),
    )
    const shares = Object.fromEntries(findingsOf(embeds).map(({ kind, share }) => [kind, share]))

    assert.deepEqual(Object.keys(shares).sort(), ['single_embeddings', 'starved'])
    assert.ok((shares.single_embeddings ?? 0) > 0.4 && (shares.starved ?? 0) > 0.35)
    assert.ok((shares.single_embeddings ?? 0) + (shares.starved ?? 0) <= 1)
  })

  it('is not found by one burst, while nothing is compiled yet', () => {
    const burst = Array.from({ length: 30 }, (_, i) =>
      request(i, 300, [{ ms: 200 }, rest(200, 90)], { timing: { blocked_ms: 200, stall_ms: 200 } }),
    ).flat()

    assert.deepEqual(
      kindsOf(burst.map((record) => ({ ...record, timestamp: 1_782_900_000 }))).includes('own_code'),
      false,
    )
  })

  it('is found by blocked_ms alone in older files, where it is most of a request', () => {
    const old = (blocked_ms: number) => requests(10, 100, () => [{ ms: 10 }], { timing: { blocked_ms } })
    const [finding] = findingsOf(old(80))

    assert.deepEqual([finding?.kind, finding?.confidence], ['own_code', 'heuristic'])
    assert.deepEqual(kindsOf(old(79)), [])
  })

  it('names the function that a profile shows', () => {
    const hot = {
      frames: [
        { function: 'now', at: '(native)', share: 0.6 },
        { function: 'rank', at: 'src/rank.js:12', share: 0.3 },
      ],
      samples: 9,
      gc: 0,
      program: 0,
      idle: 0,
    }
    const [finding] = findingsOf(stalled(150).map((record) => (record.kind ? { ...record, hot } : record)))

    assert.equal(finding?.function, 'rank src/rank.js:12')
  })
})

describe('connections', () => {
  const calls = (connect_ms: number, more = {}) =>
    requests(10, 60, () => [{ ms: 50, timing: { requests: 1, connect_ms, ...more } }])

  it('are not reused where most calls connect', () => {
    const [finding] = findingsOf(calls(20))

    assert.deepEqual([finding?.kind, finding?.share], ['connections_not_reused', 0.3333])
    assert.deepEqual(kindsOf(calls(0.9)), [])
    assert.deepEqual(
      kindsOf([...calls(20), ...requests(22, 60, () => [{ ms: 50, timing: { requests: 1 } }]).slice(20)]),
      [],
    )
  })

  it('take nothing of a loop that was held', () => {
    assert.deepEqual(kindsOf(calls(20, { stall_ms: 20 })), ['own_code'])
  })

  it('are waited for in a pool where others are under way, and made where none is', () => {
    const waiting = (concurrent: number) =>
      requests(10, 60, () => [
        { name: 'database.query', library: 'pg', ms: 50, concurrent, metadata: { pool_wait_ms: 30 } },
      ])

    assert.deepEqual(kindsOf(waiting(3)), ['pool_waits'])
    assert.deepEqual(kindsOf(waiting(0)), ['connections_not_reused'])
  })

  it('are made by a client of no pool, however many are made at a time', () => {
    const made = requests(10, 40, () => [
      { name: 'database.connect', library: 'pg', ms: 30, concurrent: 5, metadata: { operation: 'connect' } },
    ])

    assert.deepEqual(kindsOf(made), ['connections_not_reused'])
  })

  it('are made for each call where those that are alone wait, too', () => {
    const waiting = requests(20, 60, (i) => [
      { name: 'database.query', library: 'ioredis', ms: 50, concurrent: i % 3, metadata: { pool_wait_ms: 30 } },
    ])

    assert.deepEqual(kindsOf(waiting), ['connections_not_reused'])
  })

  it('wait in no pool for a process that is held', () => {
    const starved = requests(25, 60, () => [
      {
        name: 'database.query',
        library: 'pg',
        ms: 50,
        concurrent: 3,
        metadata: { pool_wait_ms: 5 },
        timing: { starved_ms: 45 },
      },
    ])

    assert.deepEqual(kindsOf(starved), ['starved'])
  })

  it('say how large the pool is that they wait in, where it told that', () => {
    const waiting = (metadata: object) =>
      findingsOf(
        requests(10, 60, () => [
          { name: 'database.query', library: 'pg', ms: 50, concurrent: 3, metadata: { pool_wait_ms: 30, ...metadata } },
        ]),
      )[0]?.evidence[0] ?? ''

    assert.match(waiting({ pool_size: 2 }), / and a pool of 2$/)
    assert.doesNotMatch(waiting({}), /a pool of/)
  })
})

describe('failing calls', () => {
  const failing = (failed: number, all: number, made: Given) =>
    requests(all, 100, (i) => (i < failed ? [{ ms: 30, ...made }] : [{ ms: 30 }]))

  it('took the time that they took, though a longer call was under way meanwhile', () => {
    const [finding] = findingsOf(
      requests(20, 100, () => [
        { at: 1, ms: 90 },
        { name: embed, at: 5, ms: 40, error: 'ApiError' },
      ]),
    ).filter(({ kind }) => kind === 'failing_calls')

    assert.match(finding?.evidence[0] ?? '', /; they took 40 ms each$/)
  })

  it('are told by the share of requests, with their status', () => {
    const [finding] = findingsOf(failing(5, 50, { error: 'ApiError', status: 503 }))

    assert.deepEqual([finding?.kind, finding?.share, finding?.share_of], ['failing_calls', 0.1, 'requests'])
    assert.match(finding?.evidence[0] ?? '', /^5 of 50 calls .* failed with 503 \(ApiError\)/)
    assert.match(finding?.evidence[0] ?? '', /; they took 30 ms each$/)
    assert.deepEqual(kindsOf(failing(4, 20, { error: 'ApiError' })), [])
    assert.deepEqual(kindsOf(failing(5, 101, { error: 'ApiError' })), [])
  })

  it('are rate limits by their status or name', () => {
    assert.deepEqual(kindsOf(failing(9, 20, { error: 'ApiError', status: 429 })), ['rate_limits'])
    assert.deepEqual(kindsOf(failing(9, 20, { error: 'ThrottlingException' })), ['rate_limits'])
  })

  it('count once where a framework’s call fails with the client’s error, and say what follows', () => {
    const error = 'ApiError'
    const findings = findingsOf(
      requests(6, 120, () => [
        { name: 'semantic_search.retrieve', library: 'langchain', span: 'outer', ms: 60, self: 1, error },
        { ms: 50, within: 'outer', error, metadata: { collection: 'docs' } },
        { name: 'semantic_search.retrieve', library: 'own', at: 61, ms: 20, metadata: { collection: 'backup' } },
      ]),
    )

    assert.deepEqual(
      findings.map(({ library }) => library),
      ['qdrant'],
    )
    assert.match(findings[0]?.evidence.join() ?? '', /answered in spite of 6/)
  })
})

describe('retries', () => {
  it('take what passes between the tries, and tries that take longer than a call usually does', () => {
    const waited = requests(10, 400, (i) =>
      i < 5 ? [{ ms: 390, timing: { retry_ms: 200, requests: 2 } }] : [{ ms: 90 }],
    )
    const [finding] = findingsOf(waited)

    assert.equal(finding?.kind, 'retries')
    assert.ok(Math.abs((finding?.lost_ms ?? 0) - 1500) < 10)
  })
})

describe('calls that might be fewer', () => {
  it('are single fetches after a search, from five on', () => {
    const fetches = (count: number) => [
      { ms: 20, metadata: { results: count } },
      ...row(count, 20, (i) => ({ name: 'vector_store.fetch', at: 21 + i * 21, metadata: { results: 1 } })),
    ]
    const [finding] = findingsOf(requests(6, 200, () => fetches(6)))

    assert.deepEqual([finding?.kind, finding?.confidence], ['n_plus_one', 'direct'])
    assert.deepEqual(kindsOf(requests(6, 110, () => fetches(4))), ['sequential_calls'])
    // Each has many rows, so it is no single one.
    assert.deepEqual(
      kindsOf(requests(6, 160, () => fetches(6).map((one) => ({ ...one, metadata: { results: 20 } })))),
      [],
    )
  })

  it('are searches in a row, of whatever libraries and collections', () => {
    const two = (collections: readonly string[]) =>
      requests(6, 150, () => row(collections.length, 60, (i) => ({ metadata: { collection: collections[i] ?? '' } })))
    const query: Given = { name: 'database.query', library: 'pg', ms: 50 }
    const mixed = (at: number) =>
      requests(6, 160, () => [...row(2, 50, (i) => ({ at: (i + (at === 0 ? 1 : 0)) * 51 })), { ...query, at }])

    assert.deepEqual(kindsOf(two(['docs', 'faq'])), ['sequential_calls'])
    assert.deepEqual(kindsOf(two(['docs', 'docs'])), [])
    assert.deepEqual(kindsOf(mixed(0)), ['sequential_calls'])
    // It may look up what they have found.
    assert.deepEqual(kindsOf(mixed(102)), [])
    // The other half of a hybrid search does not.
    assert.deepEqual(
      kindsOf(
        requests(6, 110, () => [
          { ms: 50, metadata: { collection: 'docs' } },
          { ...query, at: 51, metadata: { collection: 'docs', operation: 'search' } },
        ]),
      ),
      ['sequential_calls'],
    )
  })

  it('are questions that are answered one after another, but not steps of an agent', () => {
    const steps = (names: readonly string[]) =>
      requests(6, names.length * 41, () =>
        row(names.length, 40, (i) => ({ name: names[i] ?? '', metadata: { batch_size: 2 } })),
      )

    assert.deepEqual(kindsOf(steps([embed, search, embed, search, embed, search])), ['sequential_calls'])
    assert.deepEqual(kindsOf(steps([search, generate, search, generate, search, generate])), [])
  })

  it('are not pages, each of which begins where the one before has ended', () => {
    const pages = [100, 100, 100, 37].map(
      (results, i): Given => ({ name: 'vector_store.fetch', at: i * 31, ms: 30, metadata: { results } }),
    )

    assert.deepEqual(kindsOf(requests(6, 130, () => pages)), [])
  })

  it('are not turns of a conversation, but prompts that need nothing of each other', () => {
    const turns = (tokens: readonly number[]) =>
      requests(6, 400, () =>
        row(tokens.length, 100, (i) => ({
          name: generate,
          library: 'openai',
          metadata: { input_tokens: tokens[i] ?? 0, output_tokens: 30 },
        })),
      )

    assert.deepEqual(kindsOf(turns([100, 220, 340])), [])
    assert.deepEqual(kindsOf(turns([100, 103, 98])), ['sequential_calls'])
  })
})

describe('searches', () => {
  const found = (top_k: number, results: number): Given => ({
    ms: 80,
    metadata: { top_k, results, collection: 'docs' },
  })
  const reranked = (kept: number): Given => ({
    name: rerank,
    library: 'cohere',
    at: 81,
    ms: 5,
    metadata: { results: kept },
  })

  it('ask for too much where a reranking keeps fifteen times fewer, or for very much', () => {
    assert.deepEqual(kindsOf(requests(6, 100, () => [found(150, 150), reranked(10)])), ['large_top_k'])
    assert.deepEqual(kindsOf(requests(6, 100, () => [found(150, 150), reranked(11)])), [])
    assert.deepEqual(kindsOf(requests(6, 100, () => [found(199, 199)])), [])
    assert.deepEqual(kindsOf(requests(6, 100, () => [found(400, 400)])), ['large_top_k'])
  })

  it('have large answers where reading these takes long, with the loop free', () => {
    const of = (read_ms: number, blocked_ms = 0) =>
      requests(6, 100, () => [{ ...found(10, 10), timing: { requests: 1, read_ms, blocked_ms } }])

    assert.deepEqual(kindsOf(of(20)), ['large_answers'])
    assert.deepEqual(kindsOf(of(19)), [])
    assert.deepEqual(kindsOf(of(40, 60)), [])
  })

  it('find nothing where a tenth of them does', () => {
    const empty = (count: number) => requests(50, 100, (i) => [found(5, i < count ? 0 : 5)])

    assert.deepEqual(kindsOf(empty(5)), ['empty_results'])
    assert.deepEqual(kindsOf(empty(4)), [])
  })

  it('are slow in one collection of several', () => {
    const of = (slow: number) =>
      requests(20, 100, (i) => [
        rest(i % 2 ? slow : 30, i % 2 ? 9 : 60),
        { ms: i % 2 ? slow : 30, metadata: { collection: i % 2 ? 'old' : 'docs' } },
      ])
    const [finding] = findingsOf(of(95))

    assert.deepEqual([finding?.kind, finding?.collection], ['slow_sibling', 'old'])
    assert.deepEqual(kindsOf(of(85)), [])
  })
})

describe('an operation that dominates', () => {
  const of = (ms: number, made: Given = {}) => requests(6, ms + 30, () => [{ ms, ...made }, rest(ms, 20)])

  it('is named down to the nested call, and by its collection', () => {
    const [finding] = findingsOf(
      requests(6, 330, () => [
        { name: 'semantic_search.retrieve', library: 'langchain', span: 'outer', ms: 310, self: 10 },
        { at: 5, ms: 300, within: 'outer', metadata: { collection: 'docs' } },
      ]),
    )

    assert.deepEqual([finding?.kind, finding?.library, finding?.collection], ['dominant_operation', 'qdrant', 'docs'])
  })

  it('is none that is as quick as such a call is', () => {
    assert.deepEqual(kindsOf(of(95)), [])
    assert.deepEqual(kindsOf(of(105)), ['dominant_operation'])
    assert.deepEqual(kindsOf(of(240, { name: embed })), [])
    assert.deepEqual(kindsOf(of(260, { name: embed })), ['dominant_operation'])
  })

  it('is none that writes a long answer, or that is read while it is written', () => {
    const metadata = (output_tokens: number) => ({ name: generate, metadata: { output_tokens } })

    assert.deepEqual(kindsOf(of(2000, metadata(200))), [])
    assert.deepEqual(kindsOf(of(2000, metadata(20))), ['dominant_operation'])
    assert.deepEqual(kindsOf(of(2000, { name: generate, metadata: { stream: true, time_to_first_token_ms: 300 } })), [])
  })
})

describe('time outside of calls', () => {
  it('is reported where it is more than all else, and all calls have a record', () => {
    const calls = [{ ms: 50 }]

    assert.deepEqual(kindsOf(requests(6, 200, () => calls)), ['outside_calls'])
    assert.deepEqual(kindsOf(requests(6, 200, () => calls, { calls: 2 })), [])
    assert.deepEqual(kindsOf(requests(6, 99, () => [{ ms: 5 }])), [])
  })
})

describe('the start of a process', () => {
  it('is cold where its first requests are half a second slower', () => {
    const first = (ms: number) =>
      requests(20, 100, () => [rest(0, 90)]).map((record) =>
        record.trace_id === 'trace-0' ? { ...record, duration_ms: record.kind ? ms : ms - 5 } : record,
      )

    assert.deepEqual(kindsOf(first(601)), ['cold_start'])
    assert.deepEqual(kindsOf(first(590)), [])
  })
})

describe('vectors', () => {
  const asked = (model: string) => [
    { name: embed, library: 'openai', ms: 20, metadata: { model } },
    { at: 21, ms: 20, metadata: { collection: 'docs' } },
  ]
  const written = (model: string) => [
    { name: embed, library: 'openai', ms: 20, metadata: { model } },
    { name: 'vector_store.upsert', at: 21, ms: 20, metadata: { collection: 'docs' } },
  ]

  it('are of another model than what was stored', () => {
    const run = (stored: string) => requests(10, 50, (i) => (i < 2 ? written(stored) : asked('small')))

    assert.deepEqual(kindsOf(run('large')), ['mismatched_vectors'])
    assert.deepEqual(kindsOf(run('small')), [])
  })
})

describe('prompts', () => {
  it('grow where time explains their length', () => {
    const run = (tokens: (i: number) => number) =>
      requests(12, 130, (i) => [
        { name: generate, library: 'openai', ms: 120, metadata: { input_tokens: tokens(i), output_tokens: 20 } },
      ])

    assert.deepEqual(kindsOf(run((i) => 100 + i * 40)), ['growing_prompts'])
    // Three conversations, one after another.
    assert.deepEqual(kindsOf(run((i) => 100 + (i % 4) * 40)), ['growing_prompts'])
    assert.deepEqual(kindsOf(run((i) => 100 + (i % 3) * 60)), [])
  })
})

describe('prompts within a request', () => {
  /** Each request is a conversation, and there are two at any time. */
  const talks = (tokens: readonly number[], msOf: (tokens: number) => number) =>
    Array.from({ length: 12 }, (_, number) => {
      let at = 0
      const calls = tokens.map((input_tokens): Given => {
        const ms = msOf(input_tokens)
        const call = { name: generate, library: 'openai', at, ms, metadata: { input_tokens, output_tokens: 20 } }
        at += ms + 1
        return call
      })
      return request(number, at, calls).map((record) => ({
        ...record,
        timestamp: record.timestamp - Math.ceil(number / 2) * 10,
      }))
    }).flat()

  it('grow with its turns, whatever other requests do meanwhile', () => {
    const [finding] = findingsOf(talks([500, 1500, 2500, 3500, 4500], (tokens) => 100 + tokens / 10))

    assert.deepEqual([finding?.kind, finding?.share_of], ['growing_prompts', 'request_time'])
  })

  it('are those of any agent where they stay short', () => {
    assert.deepEqual(kindsOf(talks([500, 800, 1100, 1500], () => 200)), [])
  })
})

describe('managing, and reranking for nothing', () => {
  it('are told by what calls say of themselves', () => {
    const manage = requests(6, 60, () => [
      { name: 'database.query', library: 'pg', ms: 30, metadata: { operation: 'create' } },
      rest(31, 20),
    ])

    assert.deepEqual(kindsOf(manage), ['management_calls'])
  })

  it('rerank what stays as it is: nine of ten, and more than one run in a hundred of an even one would', () => {
    const reranks = (count: number, keeps: (i: number) => boolean | undefined) =>
      kindsOf(
        requests(count, 60, (i) => {
          const order_kept = keeps(i)
          const metadata = order_kept === undefined ? {} : { order_kept }
          return [{ name: rerank, library: 'cohere', ms: 30, metadata }, rest(31, 20)]
        }),
      )

    // 1 of 2 ** 7 is 0.8 %, of 2 ** 6 1.6 %; 1 + 11 of 2 ** 11 are 0.6 %, 1 + 10 of 2 ** 10 1.1 %.
    assert.deepEqual(
      reranks(7, () => true),
      ['idle_reranking'],
    )
    assert.deepEqual(
      reranks(6, () => true),
      [],
    )
    assert.deepEqual(
      reranks(11, (i) => i > 0),
      ['idle_reranking'],
    )
    assert.deepEqual(
      reranks(10, (i) => i > 0),
      [],
    )
    assert.deepEqual(
      reranks(29, (i) => i > 2),
      [],
    )
    assert.deepEqual(
      reranks(40, (i) => i % 2 === 0),
      [],
    )
    assert.deepEqual(
      reranks(40, () => undefined),
      [],
    )
  })

  it('are not told of what a library asks within a call of its own', () => {
    const asks = requests(6, 60, () => [
      { name: search, library: 'milvus', ms: 50, span: 'a' },
      { name: 'vector_store.manage', library: 'milvus', ms: 30, within: 'a' },
    ])

    assert.deepEqual(kindsOf(asks), [])
  })

  it('search is no finding by itself', () => {
    assert.deepEqual(kindsOf(requests(20, 60, () => [{ name: search, ms: 40 }])), [])
  })
})

describe('broken vectors', () => {
  const model = 'small'
  const collection = 'docs'
  const embedded = (more = {}): Given => ({ name: embed, library: 'openai', ms: 20, metadata: { model, ...more } })
  const searched = (more = {}): Given => ({ at: 21, ms: 20, metadata: { collection, results: 5, ...more } })
  const looked = (broken: number, checked = 10) => ({
    vectors_checked: checked,
    ...(broken > 0 && { zero_vectors: broken }),
  })
  /** One request of ten is looked at, as one vector in a hundred is. */
  const run = (of: (more: object) => readonly Given[], more: object) => requests(10, 60, (i) => of(i === 3 ? more : {}))

  it('are told of those that were looked at, from a twentieth on, with the share of the requests', () => {
    const of = (more: object) => [embedded(more), searched()]
    const [finding] = findingsOf(run(of, looked(5)))

    assert.deepEqual(
      [finding?.kind, finding?.confidence, finding?.model, finding?.share, finding?.share_of, finding?.requests],
      ['broken_vectors', 'direct', 'small', 0.5, 'requests', 5],
    )
    assert.equal(
      finding?.evidence[0],
      'of 10 vectors of embedding_provider.embed that were looked at, 5 had nothing but zeros (50 %)',
    )
    assert.deepEqual(kindsOf(run(of, looked(1, 20))), ['broken_vectors'])
    assert.deepEqual(kindsOf(run(of, looked(1, 21))), [])
    assert.deepEqual(kindsOf(run(of, looked(0))), [])
  })

  it('are the model’s where they come from one, and else the collection’s', () => {
    const kindOf = (calls: readonly Given[]) =>
      findingsOf(requests(10, 60, () => calls))
        .map(({ kind, library }) => `${kind} ${library}`)
        .sort()
    const nan = { vectors_checked: 1, nan_vectors: 1 }

    assert.deepEqual(kindOf([embedded(nan), searched(nan)]), ['broken_vectors openai'])
    assert.deepEqual(kindOf([embedded(looked(0)), searched(nan)]), ['broken_vectors qdrant'])
    assert.deepEqual(kindOf([searched(nan)]), ['broken_vectors qdrant'])
    assert.deepEqual(kindOf([{ ...searched(nan), name: 'vector_store.upsert' }]), ['broken_vectors qdrant'])
    assert.deepEqual(
      kindOf([
        { ...searched(nan), at: 0 },
        { ...embedded(nan), at: 30 },
      ]),
      ['broken_vectors openai', 'broken_vectors qdrant'],
    )
  })

  it('are one finding where a framework hands on what its client has made', () => {
    const nan = { vectors_checked: 1, nan_vectors: 1 }
    const found = findingsOf(
      requests(10, 60, () => [
        { name: embed, library: 'langchain', ms: 22, span: 'outer', metadata: nan },
        { ...embedded(nan), at: 1, within: 'outer' },
      ]),
    )

    assert.deepEqual(
      found.map(({ library }) => library),
      ['openai'],
    )
  })

  it('are one finding of a job without requests, too', () => {
    const alone = Array.from({ length: 20 }, (_, i) => ({
      ...recordOf({ name: i % 2 ? 'vector_store.upsert' : embed, library: i % 2 ? 'qdrant' : 'openai' }),
      timestamp: 1_782_900_000 + i,
      metadata: { batch_size: 50, ...looked(1, 1) },
    }))

    assert.deepEqual(
      findingsOf(alone).map(({ kind, library }) => `${kind} ${library}`),
      ['broken_vectors openai'],
    )
  })
})
