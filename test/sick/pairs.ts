import type { Import } from '../support/application.ts'
import type { Case } from './service.ts'
import type { Plan } from './stand-in.ts'

const takes = (times: Readonly<Record<string, number>>): Plan => ({ takes: ({ operation }) => times[operation] ?? 10 })
const usual = { embed: 30, search: 15, generate: 60 }

const groq: readonly Import[] = [['Groq', 'groq-sdk']]
const newGroq = `const groq = new Groq({ baseURL: url, apiKey: 'none', maxRetries: 0 })
  const chat = () => groq.chat.completions.create({ model: 'chat', messages: [{ role: 'user', content: 'a prompt' }] })`
const pinecone: readonly Import[] = [['{ Pinecone }', '@pinecone-database/pinecone']]
const newIndex = `const index = new Pinecone({ apiKey: 'none' }).index('docs', url + '/pinecone')`
const mysql: readonly Import[] = [['mysql', 'mysql2/promise']]
const newMysql = (most: number) => `const pool = mysql.createPool({ uri: process.env.MYSQL, connectionLimit: ${most} })
  const rows = () => pool.query('SELECT title FROM docs LIMIT 1')
  await Promise.all(Array.from({ length: ${most} }, rows))`
const newPg = (most: number) => `const pool = new pg.Pool({ ...pgTo, max: ${most} })
  const rows = () => pool.query('SELECT 1')
  await Promise.all(Array.from({ length: ${most} }, rows))`

/** The service shares one core with others that compute without a pause; they end with it, whatever becomes of it. */
const withNeighbours = (others: number) => `
  const { execFileSync, spawn } = process.getBuiltinModule('node:child_process')
  const { readFileSync } = process.getBuiltinModule('node:fs')
  const [, core] = /Cpus_allowed_list:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
  execFileSync('taskset', ['-acp', core, String(process.pid)])
  const computes = 'for (const { ppid } = process; process.ppid === ppid; ) for (let i = 0; i < 1e7; i++);'
  const neighbours = Array.from({ length: ${others} }, () => spawn(process.execPath, ['-e', computes], { stdio: 'ignore' }))
  process.on('exit', () => neighbours.forEach((one) => one.kill('SIGKILL')))`

/** Sick services of two libraries for a cause, and below each with the least change that makes it well. */
export const sickPairs: Readonly<Record<string, Case>> = {
  // Five at once by one connection that takes 25: four of five wait, for 50 in the middle; 125 of 155.
  'waits-for-the-pool-mysql2': {
    finding: 'pool_waits',
    names: { library: 'mysql2' },
    share: [0.5, 0.85],
    plan: takes(usual),
    mysqlDelayMs: 25,
    imports: mysql,
    before: newMysql(1),
    handler: `await embed(); await Promise.all([1, 2, 3, 4, 5].map(rows))`,
  },
  // A greeting and a welcome of 25 each, of 75 and more.
  'connects-each-time-mysql2': {
    finding: 'connections_not_reused',
    names: { library: 'mysql2' },
    share: [0.4, 0.8],
    mysqlDelayMs: 25,
    imports: mysql,
    handler: `const own = await mysql.createConnection(process.env.MYSQL)
      await own.query('SELECT title FROM docs LIMIT 1'); own.destroy()`,
  },
  // 120 of 150.
  'computes-between-queries-pg': {
    finding: 'own_code',
    share: [0.6, 0.9],
    pgDelayMs: 15,
    before: newPg(1),
    handler: `await rows(); busy(120); await rows()`,
  },
  // 5 hits of 200 KB, of which a millisecond brings 10: 100 of 145.
  'reads-whole-documents-qdrant': {
    finding: 'large_answers',
    names: { library: 'qdrant', collection: 'docs' },
    share: [0.5, 0.85],
    plan: { ...takes(usual), payloadBytes: 200 * 1024, kbPerMs: 10 },
    handler: `await embed(); await search()`,
  },
  // 10 hits of 40 KB, as much as Pinecone takes, of which a millisecond brings 4: 100 of 175.
  'reads-all-metadata-pinecone': {
    finding: 'large_answers',
    names: { library: 'pinecone' },
    share: [0.4, 0.75],
    plan: { ...takes(usual), payloadBytes: 40 * 1024, kbPerMs: 4 },
    imports: [...groq, ...pinecone],
    before: `${newGroq}; ${newIndex}`,
    handler: `await index.query({ vector, topK: 10, includeMetadata: true }); await chat()`,
  },
  // 20 of computing for 45 of waiting, with a sixth of a core: 100 more.
  'shares-its-core': {
    finding: 'starved',
    share: [0.4, 0.95],
    plan: takes(usual),
    requests: 40,
    isOnOneCore: true,
    before: withNeighbours(5),
    handler: `compute(10); await embed(); compute(10); await search()`,
  },
  'shares-its-core-groq': {
    finding: 'starved',
    share: [0.4, 0.95],
    plan: takes(usual),
    requests: 40,
    imports: groq,
    isOnOneCore: true,
    before: `${newGroq}; ${withNeighbours(5)}`,
    handler: `compute(25); await chat()`,
  },
}

export const healthyPairs: Readonly<Record<string, Case>> = {
  'has-connections-for-all-mysql2': {
    plan: takes(usual),
    mysqlDelayMs: 25,
    imports: mysql,
    before: newMysql(5),
    handler: `await embed(); await Promise.all([1, 2, 3, 4, 5].map(rows))`,
  },
  'keeps-its-connection-mysql2': {
    mysqlDelayMs: 25,
    imports: mysql,
    before: `const own = await mysql.createConnection(process.env.MYSQL)`,
    handler: `await own.query('SELECT title FROM docs LIMIT 1')`,
  },
  'has-connections-for-all-pg': {
    plan: takes(usual),
    pgDelayMs: 25,
    before: newPg(5),
    handler: `await embed(); await Promise.all([1, 2, 3, 4, 5].map(rows))`,
  },
  'computes-little-between-queries-pg': {
    pgDelayMs: 15,
    before: newPg(1),
    handler: `await rows(); busy(3); await rows()`,
  },
  // 5 hits of 10 KB: 5.
  'reads-parts-of-documents-qdrant': {
    plan: { ...takes(usual), payloadBytes: 10 * 1024, kbPerMs: 10 },
    handler: `await embed(); await search()`,
  },
  'reads-little-metadata-pinecone': {
    plan: { ...takes(usual), payloadBytes: 2 * 1024, kbPerMs: 4 },
    imports: [...groq, ...pinecone],
    before: `${newGroq}; ${newIndex}`,
    handler: `await index.query({ vector, topK: 10, includeMetadata: true }); await chat()`,
  },
  // A neighbour as busy as can be costs one that mostly waits little.
  'waits-beside-a-neighbour': {
    plan: takes({ ...usual, generate: 120 }),
    isOnOneCore: true,
    before: withNeighbours(1),
    handler: `await embed(); compute(1); await search(); compute(1); await generate()`,
  },
}
