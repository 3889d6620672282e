import type { Import } from '../support/application.ts'
import type { Case } from './service.ts'
import type { Asked, Plan } from './stand-in.ts'

const takes = (times: Readonly<Record<string, number>>): Plan => ({ takes: ({ operation }) => times[operation] ?? 10 })
const usual = { embed: 30, search: 15, generate: 60 }

const groq: readonly Import[] = [['Groq', 'groq-sdk']]
const newGroq = `const groq = new Groq({ baseURL: url, apiKey: 'none', maxRetries: 0 })
  const chat = () => groq.chat.completions.create({ model: 'chat', messages: [{ role: 'user', content: 'a prompt' }] })`
const newPool = (max: number) => `const pool = new pg.Pool({ ...pgTo, max: ${max} }); await pool.query('SELECT 1')`

/** A second service for causes that one library alone has shown, of another library. */
export const twins: Readonly<Record<string, Case>> = {
  // 400 rows for 5 that are used, in 100 instead of 20.
  'large-limit-pg': {
    finding: 'large_top_k',
    names: { library: 'pg', collection: 'docs' },
    share: [0.5, 0.9],
    plan: takes(usual),
    pgDelayMs: 100,
    before: `${newPool(2)}
      await pool.query('CREATE EXTENSION IF NOT EXISTS vector; CREATE TABLE docs (id int, embedding vector(4))')
      await pool.query("INSERT INTO docs SELECT i, ('[' || i || ',1,2,3]')::vector FROM generate_series(1, 500) AS i")`,
    handler: `await embed(); await pool.query('SELECT id FROM docs ORDER BY embedding <-> $1 LIMIT 400', ['[1,2,3,4]'])`,
  },
  'refused-groq': {
    finding: 'rate_limits',
    names: { library: 'groq', model: 'chat' },
    share: [0.3, 0.36],
    plan: {
      ...takes(usual),
      refuses: ({ operation, before }) => (operation === 'generate' && before % 3 === 0 ? 429 : undefined),
    },
    imports: groq,
    before: newGroq,
    handler: `await search(); await chat().catch(() => {})`,
  },
  // The first of 16 takes 1,500 more.
  'starts-cold-groq': {
    finding: 'cold_start',
    share: [0.3, 0.7],
    plan: {
      takes: ({ operation, before }: Asked) =>
        operation === 'generate' ? (before === 0 ? 1500 : 60) : ((usual as Record<string, number>)[operation] ?? 10),
    },
    imports: groq,
    before: newGroq,
    handler: `await search(); await chat()`,
    requests: 16,
  },
  'asks-with-other-vectors-pg': {
    finding: 'mismatched_vectors',
    names: { library: 'pg', collection: 'docs' },
    share: [0.9, 1],
    plan: takes(usual),
    pgDelayMs: 15,
    before: `${newPool(1)}
      await pool.query('CREATE EXTENSION IF NOT EXISTS vector; CREATE TABLE docs (id int, embedding vector(4))')`,
    handler: `if (n === 0) { await embed('a', 'large'); await pool.query('INSERT INTO docs (id, embedding) VALUES (1, $1)', ['[1,2,3,4]']) }
      else { await embed('q', 'small'); await pool.query('SELECT id FROM docs ORDER BY embedding <-> $1 LIMIT 5', ['[1,2,3,4]']) }`,
  },
  // 300 of 375.
  'waits-outside-groq': {
    finding: 'outside_calls',
    share: [0.65, 0.9],
    plan: takes(usual),
    imports: groq,
    before: newGroq,
    requests: 12,
    handler: `await search(); await sleep(300); await chat()`,
  },
  // All but the first of 80 each, and 15 of search.
  'embeds-again-voyage': {
    finding: 'repeated_inputs',
    names: { library: 'voyage', model: 'small' },
    share: [0.6, 0.95],
    plan: takes({ ...usual, embed: 80 }),
    config: { find_repeats: true },
    imports: [['{ VoyageAIClient }', 'voyageai']],
    before: `const voyage = new VoyageAIClient({ environment: url + '/voyage', apiKey: 'none' })`,
    handler: `await voyage.embed({ model: 'small', input: ['the same question'] }); await search()`,
  },
  // Answers that are read while much is alive and each collection copies it.
  'collects-what-it-reads': {
    finding: 'garbage_collection',
    share: [0.1, 0.9],
    plan: takes(usual),
    imports: groq,
    before: `${newGroq}
      const text = JSON.stringify(Array.from({ length: 3000 }, (_, i) => ({ i, name: 'name ' + i, more: [i] })))
      const kept = Array.from({ length: 300 }, () => JSON.parse(text)); let at = 0`,
    handler: `const more = chat()
      for (let i = 0; i < 25; i++) { kept[at++ % kept.length] = JSON.parse(text); await sleep(1) }
      await more`,
    args: ['--max-semi-space-size=1', '--max-old-space-size=700'],
  },
}
