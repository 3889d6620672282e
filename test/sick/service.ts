import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { WeakScores } from '../../agent/config/weak-score.ts'
import type { FindingKind } from '../../cli/report/model.ts'
import { everything, folderFor, type Import, runIn } from '../support/application.ts'
import { delayed } from '../support/delayed.ts'
import { mysqlServer } from '../support/mysql-server.ts'
import { pgServer } from '../support/pg-server.ts'
import { type Plan, standIn } from './stand-in.ts'

/** A service with a sickness, or none. */
export interface Case {
  /** The finding that comes first, and its share of the request time; absent of a healthy one. */
  readonly finding?: FindingKind
  /** Of a service that is sick of two things, the other. */
  readonly also?: FindingKind
  /** What it must name, besides. */
  readonly names?: { readonly library?: string; readonly collection?: string; readonly model?: string }
  /** From what its servers sleep, with room for what the machine adds. */
  readonly share?: readonly [least: number, most: number]
  readonly plan?: Plan
  /** A Postgres whose answers come so much later. */
  readonly pgDelayMs?: number
  /** A MySQL whose answers come so much later. */
  readonly mysqlDelayMs?: number
  readonly imports?: readonly Import[]
  /** Statements before the first request. */
  readonly before?: string
  /** Statements that answer one; `n` is its number. */
  readonly handler: string
  readonly requests?: number
  /** `thresholds.weak_score` of whoever reads the report. */
  readonly weakScores?: WeakScores
  /** Requests at a time, and the pause after each. */
  readonly atATime?: number
  readonly pauseMs?: number
  readonly config?: Readonly<Record<string, unknown>>
  /** By a command that Linux has. */
  readonly isOnOneCore?: boolean
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const imports: readonly Import[] = [
  ['{ createServer }', 'node:http'],
  ['OpenAI', 'openai'],
  ['{ QdrantClient }', '@qdrant/js-client-rest'],
  ['{ CohereClientV2 }', 'cohere-ai'],
  ['pg', 'pg'],
]

const clients = `
  const { URL_OF_ALL: url } = process.env
  const openai = new OpenAI({ baseURL: url + '/openai/v1', apiKey: 'none', maxRetries: 2 })
  const newQdrant = () => new QdrantClient({ url: url + '/qdrant', checkCompatibility: false })
  const qdrant = newQdrant()
  const cohere = new CohereClientV2({ environment: url + '/cohere', token: 'none' })
  const embed = (input = 'a question', model = 'small') => openai.embeddings.create({ model, input })
  const vector = [0.1, 0.2, 0.3, 0.4]
  const search = (collection = 'docs', limit = 5) => qdrant.query(collection, { query: vector, limit })
  const generate = (content = 'a prompt', more = {}) =>
    openai.chat.completions.create({ model: 'chat', messages: [{ role: 'user', content }], ...more })
  const pgTo = JSON.parse(process.env.PG)
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const ranMs = (was) => { const { user, system } = process.cpuUsage(was); return (user + system) / 1000 }
  const compute = (ms) => { for (const was = process.cpuUsage(); ranMs(was) < ms; ); }
  const busy = (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); }
`

/** Runs a service with the agent until it has answered its requests; gives the lines of its records. */
export async function recordsOf(one: Case): Promise<string> {
  const servers = await standIn(one.plan ?? { takes: () => 10 })
  const pg = one.pgDelayMs === undefined ? undefined : await delayedPg(one.pgDelayMs)
  const mysql = one.mysqlDelayMs === undefined ? undefined : await delayedMysql(one.mysqlDelayMs)
  const folder = folderFor('previous')
  const { requests = 24, atATime = 1, pauseMs = 2 } = one
  const body = `${clients}${one.before ?? ''}
    let served = 0
    const server = createServer(async (request, response) => {
      const n = served++
      const answer = {}
      try { ${one.handler} } catch { response.statusCode = 500 }
      response.end('{}')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const ask = async () => {
      for (let left = ${Math.ceil(requests / atATime)}; left > 0; left--) {
        await fetch('http://127.0.0.1:' + server.address().port).then((answer) => answer.text())
        await sleep(${pauseMs})
      }
    }
    await Promise.all(Array.from({ length: ${atATime} }, ask))
    process.exit()`
  try {
    const { code, stderr } = await runIn(folder, {
      packages: 'previous',
      imports: [...imports, ...(one.imports ?? [])],
      body,
      config: { ...everything, requests: true, ...one.config },
      env: { URL_OF_ALL: servers.url, PG: pg?.connection ?? '{}', MYSQL: mysql?.url ?? '', ...one.env },
      ...(one.args && { args: one.args }),
    })
    if (code !== 0 || stderr !== '') throw new Error(`it ended with ${code}: ${stderr}`)
    return readFileSync(join(folder, 'profile.jsonl'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await servers.close()
    await pg?.close()
    await mysql?.close()
  }
}

async function delayedMysql(delayMs: number) {
  const server = await mysqlServer()
  const url = new URL(server.url)
  const proxy = await delayed(Number(url.port), delayMs)
  url.port = `${proxy.port}`
  return {
    url: url.href,
    async close() {
      await proxy.close()
      await server.close()
    },
  }
}

async function delayedPg(delayMs: number) {
  const server = await pgServer()
  const connection = JSON.parse(server.connection)
  const proxy = await delayed(connection.port, delayMs)
  return {
    connection: JSON.stringify({ ...connection, port: proxy.port }),
    async close() {
      await proxy.close()
      await server.close()
    },
  }
}
