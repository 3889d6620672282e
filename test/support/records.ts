import type { Metadata, ProfileRecord, Timing } from '../../agent/model.ts'

/** A record as the agent writes it; `made` differs from a plain one. */
export function recordOf(made: Partial<ProfileRecord> = {}): ProfileRecord {
  return {
    name: 'vector_store.search',
    duration_ms: 10,
    timestamp: 1_782_900_000,
    library: 'qdrant',
    concurrent: 0,
    pid: 7,
    thread_id: 0,
    ...made,
  }
}

/** The same numbers from 0 to 1 in every run. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface Made {
  readonly metadata?: Metadata
  readonly timing?: Partial<Timing>
  readonly error?: string
  readonly within?: string
}

/**
 * A search service's run of four minutes, the same each time: questions (retrieve, which embeds and searches, then
 * generate) and now and then an upload, with all that `report` looks for. The second half is sampled at 0.5.
 */
export function serviceRun(requests = 60): ProfileRecord[] {
  const random = createRandom(7)
  const records: ProfileRecord[] = []
  const around = (mean: number) => Math.round(mean * (0.6 + random() * 0.8) * 100) / 100

  for (let i = 0; i < requests; i++) {
    const trace = (0x4bf92f3577b34da6n + BigInt(i)).toString(16).padStart(32, '0')
    const begin = 1_782_900_000 + i * 4
    let [at, spans] = [0, 0]
    const own: ProfileRecord[] = []
    const add = (
      name: string,
      library: string,
      duration_ms: number,
      { metadata, timing, error, within }: Made = {},
    ) => {
      const span_id = `${i.toString(16).padStart(8, '0')}${(spans++).toString(16).padStart(8, '0')}`
      own.push({
        ...recordOf({ name, library, duration_ms, timestamp: Math.round((begin + at / 1000) * 1000) / 1000 }),
        ...(error !== undefined && { error }),
        ...(i >= requests / 2 && { sample_rate: 0.5 }),
        ...(metadata !== undefined && { metadata }),
        trace_id: trace,
        span_id,
        parent_id: within ?? `ffffffff${i.toString(16).padStart(8, '0')}`,
        request_id: `req-${i}`,
        self_ms: duration_ms,
        timing: { blocked_ms: 0.4, ...timing },
      })
      return span_id
    }
    if (i % 6 === 5) upload(i)
    else question(i)
    records.push(...own)

    function question(n: number): void {
      const embedMs = around(90)
      const searchMs = around(40)
      const model = 'text-embedding-3-small'
      const retrieve = add('semantic_search.retrieve', 'langchain', embedMs + searchMs + 2, {
        metadata: { results: n % 7 === 3 ? 0 : 5 },
      })
      const [outer] = own
      if (outer) outer.self_ms = 2
      add('embedding_provider.embed', 'openai', embedMs, {
        within: retrieve,
        metadata: { model, batch_size: 1, input_tokens: 12, repeats: n % 4 === 0 ? 1 : 0 },
        timing: {
          requests: 1,
          connect_ms: n % 2 === 0 ? 24 : 0,
          first_byte_ms: embedMs - 26,
          read_ms: 1,
          decode_ms: 1,
        },
      })
      at += embedMs + 1
      add('vector_store.search', 'qdrant', searchMs, {
        within: retrieve,
        metadata: { collection: 'docs', top_k: 100, results: n % 7 === 3 ? 0 : 100 },
        timing: { blocked_ms: n % 5 === 1 ? searchMs - 1 : 0.2, requests: 1, connect_ms: 0, first_byte_ms: 8 },
      })
      at += searchMs + 1
      const generateMs = around(1200)
      if (n % 12 === 2)
        add('llm.generate', 'openai', 180, { metadata: { model: 'gpt-5-mini' }, error: 'RateLimitError' })
      else
        add('llm.generate', 'openai', generateMs, {
          metadata: { model: 'gpt-5-mini', input_tokens: 900, output_tokens: 140, attempts: n % 10 === 0 ? 3 : 1 },
          timing: { requests: 1, first_byte_ms: generateMs - 100, read_ms: 60, ...(n % 10 === 0 && { retry_ms: 400 }) },
        })
    }
    function upload(n: number): void {
      for (let k = 0; k < 8; k++) {
        const ms = around(80)
        add('embedding_provider.embed', 'openai', ms, {
          metadata: { model: 'text-embedding-3-small', batch_size: 1, input_tokens: 200, repeats: 0 },
          timing: { requests: 1, connect_ms: 0, first_byte_ms: ms - 3, read_ms: 1, decode_ms: 1 },
        })
        at += ms + 1
      }
      for (let k = 0; k < 4; k++) {
        const ms = around(20)
        add('database.query', 'pg', ms, { metadata: { operation: 'insert', query_len: 180 } })
        at += ms + 2
      }
      if (n > 30) add('vector_store.upsert', 'qdrant', around(30), { metadata: { batch_size: 8 } })
    }
  }
  return records
}

/** Records as the lines of a file. */
export const linesOf = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')
