import type { Import } from '../support/application.ts'
import type { Case } from './service.ts'
import type { Plan } from './stand-in.ts'

const groq: readonly Import[] = [['Groq', 'groq-sdk']]
const newGroq = `const groq = new Groq({ baseURL: url, apiKey: 'none', maxRetries: 2 })
  const chat = (messages) => groq.chat.completions.create({ model: 'chat', messages })`
const takes = (times: Readonly<Record<string, number>>): Plan => ({ takes: ({ operation }) => times[operation] ?? 10 })

/** Services of an independent judge, by what was missed at first: of other libraries, with several requests at a time. */
export const judged: Readonly<Record<string, Case>> = {
  // Refused every other time: 200 of waiting, of 30 + 200 + 30 and 15, for half of the requests.
  'retries-groq': {
    finding: 'retries',
    names: { library: 'groq' },
    share: [0.5, 0.9],
    plan: {
      ...takes({ generate: 30, search: 15 }),
      refuses: ({ operation, before }) => (operation === 'generate' && before % 2 === 0 ? 429 : undefined),
    },
    imports: groq,
    before: newGroq,
    handler: `await search(); await chat([{ role: 'user', content: 'a prompt' }])`,
  },
  // Each request is a conversation of its own, three at a time: 50 and a millisecond for each 50 tokens, so 0 to 5 × 40 more.
  'talks-in-a-request': {
    finding: 'growing_prompts',
    names: { library: 'groq', model: 'chat' },
    share: [0.35, 0.75],
    plan: { takes: ({ operation, tokens }) => (operation === 'generate' ? 50 + tokens / 50 : 10) },
    atATime: 3,
    imports: groq,
    before: newGroq,
    handler: `const messages = [{ role: 'user', content: 'task '.repeat(100) }]
      for (let turn = 0; turn < 6; turn++) { await chat(messages); messages.push({ role: 'user', content: 'result '.repeat(1150) }) }`,
  },
  // 40 of 40 + 15, in one turn that nobody would call long.
  'computes-a-little-each-time': {
    finding: 'own_code',
    share: [0.55, 0.85],
    plan: takes({ search: 15 }),
    handler: `await search(); busy(40)`,
  },
  // Six at a time by one connection that takes 60, so 360 for each: 6 × 30 of embedding, of which one is enough; the rest is waiting.
  'one-by-one-and-a-small-pool': {
    finding: 'single_embeddings',
    also: 'pool_waits',
    names: { library: 'openai' },
    share: [0.35, 0.65],
    plan: takes({ embed: 30 }),
    pgDelayMs: 60,
    atATime: 6,
    requests: 60,
    before: `const pool = new pg.Pool({ ...pgTo, max: 1 }); await pool.query('SELECT 1')`,
    handler: `for (let i = 0; i < 6; i++) await embed('text ' + i); await pool.query('SELECT 1')`,
  },
  // The slower half of two collections, 150 instead of 15, and 45 of the application's own.
  'computes-and-a-slow-collection': {
    finding: 'slow_sibling',
    also: 'own_code',
    names: { library: 'qdrant', collection: 'old' },
    share: [0.4, 0.75],
    plan: {
      takes: ({ operation, collection }) => (collection === 'old' ? 150 : operation === 'search' ? 15 : 10),
    },
    handler: `await Promise.all([search('docs'), search('faq'), search('old')]); busy(45)`,
  },
}

export const judgedHealthy: Readonly<Record<string, Case>> = {
  'steps-of-an-agent': {
    plan: takes({ generate: 120, search: 15 }),
    atATime: 3,
    imports: groq,
    before: newGroq,
    handler: `const messages = [{ role: 'user', content: 'plan '.repeat(100) }]
      for (let turn = 0; turn < 4; turn++) { await chat(messages); messages.push({ role: 'user', content: 'found '.repeat(60) }); await search() }`,
  },
}
