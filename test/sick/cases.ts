import { judged, judgedHealthy } from './judged.ts'
import { healthyPairs, sickPairs } from './pairs.ts'
import type { Case } from './service.ts'
import type { Asked, Plan } from './stand-in.ts'
import { twins } from './twins.ts'

/** Milliseconds by operation; 10 where nothing is said. */
const takes = (times: Readonly<Record<string, number>>): Plan => ({ takes: ({ operation }) => times[operation] ?? 10 })
const usual = { embed: 30, search: 15, generate: 120, rerank: 60, fetch: 8 }
const withPlan = (more: Partial<Plan>, times: Readonly<Record<string, number>> = usual): Plan => ({
  ...takes(times),
  ...more,
})

const ask = 'await embed(); await search(); await generate()'

/** Each sick service and its nearest healthy twin; the sleeps of its servers say what its share must be. */
export const sick: Readonly<Record<string, Case>> = {
  ...judged,
  ...twins,
  ...sickPairs,
  // 4 × 30 of 5 × 30 + 15.
  'embeds-one-by-one-openai': {
    finding: 'single_embeddings',
    names: { library: 'openai', model: 'small' },
    share: [0.55, 0.85],
    plan: takes(usual),
    handler: `for (const text of ['a', 'b', 'c', 'd', 'e']) await embed(text); await search()`,
  },
  'embeds-one-by-one-cohere': {
    finding: 'single_embeddings',
    names: { library: 'cohere' },
    share: [0.55, 0.85],
    plan: takes(usual),
    handler: `for (const text of ['a', 'b', 'c', 'd', 'e'])
      await cohere.embed({ model: 'small', texts: [text], inputType: 'search_query', embeddingTypes: ['float'] }).catch(() => {})
      await search()`,
  },
  // 200 of 215, where 10 would take 15.
  'large-top-k-reranked': {
    finding: 'large_top_k',
    names: { library: 'qdrant', collection: 'docs' },
    share: [0.5, 0.9],
    plan: {
      takes: ({ operation, limit }: Asked) =>
        operation === 'search' ? 15 + limit / 5 : ((usual as Record<string, number>)[operation] ?? 10),
    },
    handler: `await embed(); await search('docs', 1000)
      await cohere.rerank({ model: 'rank', query: 'q', documents: Array.from({ length: 100 }, () => 'text'), topN: 5 })`,
  },
  // Three searches of 60 in a row: 120 of 210 could be spared.
  'searches-in-a-row': {
    finding: 'sequential_calls',
    names: { library: 'qdrant' },
    share: [0.4, 0.68],
    plan: takes({ ...usual, search: 60 }),
    handler: `await embed(); await search('docs'); await search('faq'); await search('wiki')`,
  },
  'models-in-a-row': {
    finding: 'sequential_calls',
    names: { library: 'openai' },
    share: [0.3, 0.5],
    plan: takes({ ...usual, embed: 60 }),
    handler: `await embed('a', 'dense'); await embed('a', 'sparse'); await search()`,
  },
  // 560 of 650.
  'rerank-dominates': {
    finding: 'dominant_operation',
    names: { library: 'cohere', model: 'rank' },
    share: [0.75, 0.95],
    plan: takes({ ...usual, rerank: 560 }),
    requests: 12,
    handler: `await embed(); await search('docs', 10)
      await cohere.rerank({ model: 'rank', query: 'q', documents: ['a', 'b', 'c', 'd', 'e', 'f'], topN: 5 })`,
  },
  'search-dominates': {
    finding: 'dominant_operation',
    names: { library: 'qdrant', collection: 'docs' },
    share: [0.75, 0.95],
    plan: takes({ ...usual, search: 300 }),
    requests: 12,
    handler: `await embed(); await search()`,
  },
  // Half of all searches 200 instead of 15.
  'slow-collection': {
    finding: 'slow_sibling',
    names: { library: 'qdrant', collection: 'old' },
    share: [0.55, 0.85],
    plan: {
      takes: ({ operation, collection }: Asked) =>
        collection === 'old' ? 200 : ((usual as Record<string, number>)[operation] ?? 10),
    },
    handler: `await embed(); await search(n % 2 ? 'old' : 'docs')`,
  },
  'slow-model': {
    finding: 'slow_sibling',
    names: { library: 'openai', model: 'large' },
    share: [0.55, 0.85],
    plan: {
      takes: ({ operation, model }: Asked) =>
        model === 'large' ? 200 : ((usual as Record<string, number>)[operation] ?? 10),
    },
    handler: `await embed('a', n % 2 ? 'large' : 'small'); await search()`,
  },
  // A third of the searches is refused, and another collection asked instead.
  'fails-over': {
    finding: 'failing_calls',
    names: { library: 'qdrant', collection: 'docs' },
    share: [0.3, 0.37],
    plan: withPlan({
      refuses: ({ operation, collection, before }) =>
        operation === 'search' && collection === 'docs' && before % 4 === 0 ? 500 : undefined,
    }),
    handler: `await embed(); await search().catch(() => search('backup')); await generate()`,
  },
  'swallows-failures': {
    finding: 'failing_calls',
    names: { library: 'cohere' },
    share: [0.95, 1],
    plan: withPlan({ refuses: ({ operation }) => (operation === 'rerank' ? 400 : undefined) }),
    handler: `await embed(); await search('docs', 10)
      await cohere.rerank({ model: 'rank', query: 'q', documents: ['a', 'b'], topN: 2 }).catch(() => {})`,
  },
  // 8 × 20 of 9 × 20 + 45.
  'n-plus-one-qdrant': {
    finding: 'n_plus_one',
    names: { library: 'qdrant' },
    share: [0.55, 0.85],
    plan: takes({ ...usual, fetch: 20 }),
    handler: `await embed(); const { points } = await search('docs', 9)
      for (const { id } of points) await qdrant.retrieve('docs', { ids: [id] })`,
  },
  'n-plus-one-pg': {
    finding: 'n_plus_one',
    names: { library: 'pg' },
    share: [0.5, 0.85],
    plan: takes(usual),
    pgDelayMs: 15,
    before: `const pool = new pg.Pool({ ...pgTo, max: 2 }); await pool.query('SELECT 1')`,
    handler: `await embed(); const { points } = await search('docs', 9)
      for (const { id } of points) await pool.query('SELECT $1::int AS id', [id])`,
  },
  // Five at once by one connection: four of five wait.
  'waits-for-the-pool': {
    finding: 'pool_waits',
    names: { library: 'pg' },
    share: [0.5, 0.85],
    plan: takes(usual),
    pgDelayMs: 25,
    before: `const pool = new pg.Pool({ ...pgTo, max: 1 }); await pool.query('SELECT 1')`,
    handler: `await embed(); await Promise.all([1, 2, 3, 4, 5].map((id) => pool.query('SELECT $1::int AS id', [id])))`,
  },
  'creates-its-table': {
    finding: 'management_calls',
    names: { library: 'pg' },
    share: [0.4, 0.75],
    plan: takes(usual),
    pgDelayMs: 60,
    before: `const pool = new pg.Pool({ ...pgTo, max: 2 }); await pool.query('SELECT 1')`,
    handler: `await pool.query('CREATE TABLE IF NOT EXISTS docs (id int)'); await embed(); await search()`,
  },
  // 60 of 105.
  'lists-its-collections': {
    finding: 'management_calls',
    names: { library: 'qdrant' },
    share: [0.4, 0.68],
    plan: takes({ ...usual, manage: 60 }),
    handler: `await qdrant.collectionExists('docs'); await embed(); await search()`,
  },
  'asks-for-its-index': {
    finding: 'management_calls',
    names: { library: 'pinecone', collection: 'docs' },
    share: [0.4, 0.68],
    plan: takes({ ...usual, manage: 60 }),
    imports: [['{ Pinecone }', '@pinecone-database/pinecone']],
    before: `const pinecone = new Pinecone({ apiKey: 'none', controllerHostUrl: url + '/pinecone' })`,
    handler: `await pinecone.describeIndex('docs'); await embed(); await search()`,
  },
  'connects-each-time-pg': {
    finding: 'connections_not_reused',
    names: { library: 'pg' },
    share: [0.3, 0.9],
    pgDelayMs: 20,
    handler: `const pool = new pg.Pool({ ...pgTo, max: 1 }); await pool.query('SELECT 1'); await pool.end()`,
  },
  // Refused once: 200 of waiting of 245 and more.
  'retries-openai': {
    finding: 'retries',
    names: { library: 'openai' },
    share: [0.5, 0.9],
    plan: withPlan({
      refuses: ({ operation, before }) => (operation === 'embed' && before % 2 === 0 ? 429 : undefined),
    }),
    handler: `await embed(); await search()`,
  },
  'computes-on-the-loop': {
    finding: 'own_code',
    share: [0.6, 0.9],
    plan: takes(usual),
    handler: `await embed(); const found = await search(); busy(150)`,
  },
  'computes-before-it-asks': {
    finding: 'own_code',
    share: [0.6, 0.9],
    plan: takes(usual),
    handler: `busy(150); await embed(); await search()`,
  },
  // A name that takes 25 to be found, for each connection; and 15 of search.
  'connects-each-time-qdrant': {
    finding: 'connections_not_reused',
    names: { library: 'qdrant' },
    share: [0.4, 0.8],
    plan: takes(usual),
    before: `const dns = process.getBuiltinModule('node:dns')
      dns.lookup = (_, options, found = options) =>
        setTimeout(() => options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4), 25)
      const newer = () => new QdrantClient({ url: url.replace('127.0.0.1', 'localhost') + '/qdrant', checkCompatibility: false })`,
    handler: `await newer().query('docs', { query: vector, limit: 5 })`,
  },
  refused: {
    finding: 'rate_limits',
    names: { library: 'openai' },
    share: [0.3, 0.36],
    plan: withPlan({
      refuses: ({ operation, before }) => (operation === 'embed' && before % 3 === 0 ? 429 : undefined),
    }),
    handler: `await openai.embeddings.create({ model: 'small', input: 'a' }, { maxRetries: 0 }).catch(() => {}); await search()`,
  },
  'starts-cold': {
    finding: 'cold_start',
    share: [0.2, 0.5],
    plan: {
      takes: ({ operation, before }: Asked) =>
        operation === 'embed' && before === 0 ? 1500 : ((usual as Record<string, number>)[operation] ?? 10),
    },
    handler: ask,
    requests: 16,
  },
  'asks-with-other-vectors': {
    finding: 'mismatched_vectors',
    names: { collection: 'docs' },
    share: [0.9, 1],
    plan: takes(usual),
    handler: `if (n === 0) { await embed('a', 'large'); await qdrant.upsert('docs', { points: [{ id: 1, vector }] }) }
      else { await embed('q', 'small'); await search() }`,
  },
  'finds-nothing': {
    finding: 'empty_results',
    names: { library: 'qdrant', collection: 'docs' },
    share: [0.45, 0.55],
    plan: withPlan({ hits: ({ before }) => (before % 2 ? 0 : 5) }),
    handler: ask,
  },
  // 60 of 30 + 15 + 60.
  'reranks-for-nothing-cohere': {
    finding: 'idle_reranking',
    names: { library: 'cohere', model: 'rank' },
    share: [0.45, 0.65],
    plan: withPlan({ keeps: () => true }),
    handler: `await embed(); await search('docs', 10)
      await cohere.rerank({ model: 'rank', query: 'q', documents: ['a', 'b', 'c', 'd', 'e', 'f'], topN: 5 })`,
  },
  'reranks-for-nothing-voyage': {
    finding: 'idle_reranking',
    names: { library: 'voyage', model: 'rank' },
    share: [0.45, 0.65],
    plan: withPlan({ keeps: ({ before }) => before % 23 !== 11 }),
    imports: [['{ VoyageAIClient }', 'voyageai']],
    before: `const voyage = new VoyageAIClient({ environment: url + '/voyage', apiKey: 'none' })`,
    handler: `await embed(); await search('docs', 10)
      await voyage.rerank({ model: 'rank', query: 'q', documents: ['a', 'b', 'c', 'd', 'e', 'f'], topK: 5 })`,
  },
  // Of 1,200 inputs one in 100 is looked at; all are zeros.
  'embeds-to-zeros': {
    finding: 'broken_vectors',
    names: { library: 'openai', model: 'small' },
    share: [0.95, 1],
    plan: withPlan({ zero: () => true }),
    config: { check_vectors: true },
    handler: `await embed(Array.from({ length: 50 }, () => 'a text')); await search()`,
  },
  // Each third of what is written was divided by a norm of 0.
  'writes-what-is-no-number': {
    finding: 'broken_vectors',
    names: { library: 'qdrant', collection: 'docs' },
    share: [0.1, 0.6],
    plan: takes(usual),
    config: { check_vectors: true },
    handler: `const { data } = await embed(Array.from({ length: 50 }, () => 'a text'))
      const points = data.map(({ embedding }, id) => ({ id, vector: id % 3 === 0 ? embedding.map(() => 0 / 0) : embedding }))
      await qdrant.upsert('docs', { points })`,
  },
  // Two of three score 0.3.
  'finds-nothing-near-qdrant': {
    finding: 'empty_results',
    names: { library: 'qdrant', collection: 'docs' },
    share: [0.6, 0.72],
    // Qdrant does not say whether its collection's metric is a distance.
    weakScores: { '': { at: 0.5, is: 'below' } },
    plan: withPlan({ score: ({ before }) => (before % 3 ? 0.3 : 0.9) }),
    handler: ask,
  },
  // Every other question points elsewhere: a cosine of 0.3.
  'finds-nothing-near-orama': {
    finding: 'empty_results',
    names: { library: 'orama' },
    share: [0.45, 0.55],
    weakScores: { '': { at: 0.6 } },
    plan: takes(usual),
    imports: [['{ create, insert, search as find }', '@orama/orama']],
    before: `const db = await create({ schema: { title: 'string', embedding: 'vector[4]' } })
      await insert(db, { title: 'one', embedding: [1, 0, 0, 0] })
      await insert(db, { title: 'other', embedding: [0.9, 0.1, 0, 0] })`,
    handler: `await embed()
      const value = n % 2 ? [1, 0.1, 0, 0] : [0.3, 0, 1, 0]
      await find(db, { mode: 'vector', vector: { value, property: 'embedding' }, similarity: 0.1, limit: 2 })
      await generate()`,
  },
  'waits-outside': {
    finding: 'outside_calls',
    share: [0.6, 0.9],
    plan: takes(usual),
    requests: 12,
    handler: `await embed(); await sleep(200); await search()`,
  },
  grows: {
    finding: 'growing_prompts',
    names: { library: 'openai', model: 'chat' },
    share: [0.05, 1],
    plan: takes(usual),
    before: `let history = 'a prompt '`,
    handler: `await generate(history); history += 'more of it and its answer '`,
  },
  'embeds-again': {
    finding: 'repeated_inputs',
    names: { library: 'openai' },
    share: [0.4, 0.95],
    plan: takes({ ...usual, embed: 80 }),
    config: { find_repeats: true },
    handler: `await embed('the same question'); await search()`,
  },
  collects: {
    finding: 'garbage_collection',
    share: [0.1, 0.9],
    plan: takes(usual),
    before: `const kept = Array.from({ length: 1_500_000 }, (_, i) => ({ i, of: [i] })); let at = 0`,
    handler: `const more = embed()
      for (let i = 0; i < 100; i++) { await null; for (let j = 0; j < 2000; j++) kept[at++ % kept.length] = { i, of: [j] }; if (i % 10 === 0) await sleep(1) }
      await more; await search()`,
    args: ['--max-semi-space-size=1', '--max-old-space-size=400'],
  },
}

export const healthy: Readonly<Record<string, Case>> = {
  ...judgedHealthy,
  ...healthyPairs,
  'low-load': { plan: takes(usual), pauseMs: 60, requests: 16, handler: ask },
  'half-load': {
    plan: takes(usual),
    atATime: 6,
    requests: 90,
    handler: `busy(4); await embed(); busy(3); await search(); busy(3)`,
  },
  bursts: {
    plan: takes(usual),
    requests: 60,
    atATime: 20,
    pauseMs: 500,
    handler: ask,
  },
  streams: {
    plan: takes(usual),
    requests: 12,
    handler: `await embed(); await search()
      for await (const part of await generate('a prompt', { stream: true })) response.write(JSON.stringify(part))`,
  },
  'many-small-calls': {
    plan: takes({ embed: 4, search: 2, fetch: 1 }),
    requests: 60,
    handler: `await embed(); await search(); await qdrant.retrieve('docs', { ids: [1, 2, 3] })`,
  },
  batches: {
    plan: takes(usual),
    handler: `await embed(['a', 'b', 'c', 'd', 'e']); await Promise.all([search('docs'), search('faq'), search('wiki')])`,
  },
  'reranks-what-it-needs': {
    plan: takes(usual),
    handler: `await embed(); await search('docs', 40)
      await cohere.rerank({ model: 'rank', query: 'q', documents: Array.from({ length: 40 }, () => 'text'), topN: 5 }); await generate()`,
  },
  'makes-its-collection-once': {
    plan: takes({ ...usual, manage: 60 }),
    imports: [['{ Pinecone }', '@pinecone-database/pinecone']],
    before: `const pinecone = new Pinecone({ apiKey: 'none', controllerHostUrl: url + '/pinecone' })
      await pinecone.describeIndex('docs')
      if (!(await qdrant.collectionExists('docs')).exists) await qdrant.createCollection('docs', { vectors: { size: 4, distance: 'Cosine' } })`,
    handler: ask,
  },
  // A good reranker after a good search.
  'reranks-what-is-often-right': {
    plan: withPlan({ keeps: ({ before }) => before % 4 < 2 }),
    handler: `await embed(); await search('docs', 10)
      await cohere.rerank({ model: 'rank', query: 'q', documents: ['a', 'b', 'c', 'd', 'e', 'f'], topN: 5 }); await generate()`,
  },
  'reranks-one': {
    plan: withPlan({ keeps: () => true }),
    handler: `await embed(); await search('docs', 1)
      await cohere.rerank({ model: 'rank', query: 'q', documents: ['a'], topN: 1 }); await generate()`,
  },
  'finds-what-is-near': {
    // One of forty is weak, and one empty.
    weakScores: { '': { at: 0.5, is: 'below' } },
    plan: withPlan({
      score: ({ before }) => (before % 40 === 3 ? 0.3 : 0.9),
      hits: ({ before }) => (before % 40 === 7 ? 0 : 5),
    }),
    requests: 40,
    handler: ask,
  },
  'finds-what-nothing-tells-of': {
    weakScores: { '': { at: 0.5 } },
    plan: withPlan({ score: () => 0.3 }),
    handler: ask,
  },
  'embeds-and-writes-well': {
    plan: takes(usual),
    config: { check_vectors: true },
    handler: `const { data } = await embed(Array.from({ length: 50 }, () => 'a text'))
      await qdrant.upsert('docs', { points: data.map(({ embedding }, id) => ({ id, vector: embedding })) })
      await qdrant.query('docs', { query: data[0].embedding, limit: 5 })`,
  },
  pages: {
    plan: takes(usual),
    handler: `await embed(); await search('docs', 20); await qdrant.retrieve('docs', { ids: [1, 2, 3, 4, 5] })`,
  },
}
