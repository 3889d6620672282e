import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './application.ts'
import { json, type Loopback, listen } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: the protocol's messages, and packages without types here
type Any = any

const require = createRequire(join(root, 'test/packages/current/node_modules/@libsql/client/package.json'))

/**
 * The protocol that libSQL's remote clients speak (Hrana 2), over HTTP and WebSocket, before the real engine. Each
 * stream has a database of its own, filled by `setUp`, so that applications that run at once see the same.
 */
export async function libsqlServer(setUp: string): Promise<Loopback> {
  const Database = require('libsql')
  const { WebSocketServer } = require('ws')
  const open = () => {
    const db = new Database(':memory:')
    db.exec(setUp)
    return createStream(db)
  }
  const batons = new Map<string, Stream>()
  let last = 0
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'hrana2' })
  const server = await listen(
    (_, body, response) => {
      const { baton, requests } = JSON.parse(body)
      const stream = batons.get(baton) ?? open()
      batons.delete(baton)
      const results = requests.map(stream.answer)
      const next = stream.closed() ? null : `b${++last}`
      if (next !== null) batons.set(next, stream)
      json(response, { baton: next, base_url: null, results })
    },
    (request, socket, head) => sockets.handleUpgrade(request, socket, head, (ws: Any) => serveSocket(ws, open)),
  )
  return {
    ...server,
    close: async () => {
      for (const ws of sockets.clients) ws.terminate()
      await server.close()
    },
  }
}

/** Many streams over one socket, which knows the texts of statements for all of them. */
function serveSocket(ws: Any, open: () => Stream): void {
  const streams = new Map<number, Stream>()
  const texts = new Map<number, string>()
  ws.on('message', (data: Buffer) => {
    const { type, request, request_id } = JSON.parse(String(data))
    if (type === 'hello') return ws.send(JSON.stringify({ type: 'hello_ok' }))
    if (request.type === 'open_stream') streams.set(request.stream_id, open())
    if (request.type === 'store_sql') texts.set(request.sql_id, request.sql)
    const own = ['open_stream', 'close_stream', 'store_sql', 'close_sql'].includes(request.type)
    const { type: told, ...rest } = own
      ? { type: 'ok', response: { type: request.type } }
      : (streams.get(request.stream_id) as Stream).answer(withTexts(request, texts))
    ws.send(JSON.stringify({ type: `response_${told}`, request_id, ...rest }))
  })
}

interface Stream {
  readonly answer: (request: Any) => Any
  readonly closed: () => boolean
}

function createStream(db: Any): Stream {
  const texts = new Map<number, string>()
  let closed = false
  const reply = (request: Any): Any => {
    const { type, stmt, batch, sql, sql_id } = request
    if (type === 'close') closed = true
    if (type === 'store_sql') texts.set(sql_id, sql)
    if (type === 'execute') return { type, result: run(db, stmt) }
    if (type === 'batch') return { type, result: runSteps(db, batch.steps) }
    if (type === 'sequence') db.exec(sql)
    return { type }
  }
  const answer = (request: Any) => {
    try {
      return { type: 'ok', response: reply(withTexts(request, texts)) }
    } catch (error) {
      return { type: 'error', error: told(error) }
    }
  }
  return { answer, closed: () => closed }
}

/** Statements come by the number under which their text was sent before. */
function withTexts(request: Any, texts: ReadonlyMap<number, string>): Any {
  const filled = (stmt: Any) => (stmt.sql === undefined ? { ...stmt, sql: texts.get(stmt.sql_id) } : stmt)
  if (request.type === 'execute') return { ...request, stmt: filled(request.stmt) }
  if (request.type === 'sequence') return filled(request)
  if (request.type !== 'batch') return request
  const steps = request.batch.steps.map((step: Any) => ({ ...step, stmt: filled(step.stmt) }))
  return { ...request, batch: { steps } }
}

function runSteps(db: Any, steps: readonly Any[]): Any {
  const results: Any[] = []
  const errors: Any[] = []
  const holds = (cond: Any): boolean => {
    if (cond === undefined) return true
    if (cond.type === 'ok') return Boolean(results[cond.step])
    if (cond.type === 'error') return Boolean(errors[cond.step])
    return cond.type === 'not' ? !holds(cond.cond) : !db.inTransaction
  }
  for (const { condition, stmt } of steps) {
    const i = results.push(null) - 1
    errors.push(null)
    if (!holds(condition)) continue
    try {
      results[i] = run(db, stmt)
    } catch (error) {
      errors[i] = told(error)
    }
  }
  return { step_results: results, step_errors: errors }
}

function run(db: Any, { sql, args, named_args }: Any): Any {
  const named = (named_args ?? []).map(({ name, value }: Any) => [name.replace(/^[:@$]/, ''), decode(value)])
  const values = named.length > 0 ? Object.fromEntries(named) : (args ?? []).map(decode)
  const statement = db.prepare(sql)
  statement.safeIntegers(true)
  try {
    statement.raw(true)
  } catch {
    const { changes, lastInsertRowid } = statement.run(values)
    return { cols: [], rows: [], affected_row_count: changes, last_insert_rowid: String(lastInsertRowid) }
  }
  const cols = statement.columns().map(({ name, type }: Any) => ({ name, decltype: type }))
  const rows = statement.all(values).map((row: Any) => Array.from(row, encode))
  return { cols, rows, affected_row_count: 0, last_insert_rowid: null }
}

const told = (error: Any) => ({ message: `SQLite error: ${error.message}`, code: error.code })

function decode({ type, value, base64 }: Any): unknown {
  if (type === 'integer') return BigInt(value)
  if (type === 'blob') return Buffer.from(base64, 'base64')
  return type === 'null' ? null : value
}

function encode(value: unknown): Any {
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) }
  if (typeof value === 'number') return { type: 'float', value }
  if (typeof value === 'string') return { type: 'text', value }
  return value === null
    ? { type: 'null' }
    : { type: 'blob', base64: Buffer.from(value as Uint8Array).toString('base64') }
}
