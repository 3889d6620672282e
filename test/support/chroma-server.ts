import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { root } from './application.ts'
import { json, type Loopback, listen } from './openai-server.ts'

const cli = join(root, 'test/packages/current/node_modules/chromadb/dist/cli.mjs')

/** Ends its server when its own input ends, so that none outlives a test that is killed. */
const keeper = `
  const server = require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'ignore' })
  server.on('exit', () => process.exit())
  process.stdin.resume().on('end', () => server.kill('SIGKILL'))`

/**
 * Chroma's own server, as it comes with the client. It has no `search` yet, nor does it tell what it deleted, so that is
 * answered by a stand-in, whose port stands behind the `#` of the URL: as many hits as `limit` says.
 */
export async function chromaServer(): Promise<Omit<Loopback, 'requests'>> {
  const folder = mkdtempSync(join(tmpdir(), 'chroma-'))
  const port = await freePort()
  const args = ['run', '--path', folder, '--host', '127.0.0.1', '--port', String(port)]
  const child = spawn(process.execPath, ['-e', keeper, cli, ...args], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(child, 'exit')
  const searches = await searchServer()
  const close = async () => {
    child.stdin.end()
    await ended
    await searches.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  try {
    await answers(url, child)
  } catch (error) {
    await close()
    throw error
  }
  return { url: `${url}#${new URL(searches.url).port}`, close }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 6000 && child.exitCode === null; tries++) {
    const reply = await fetch(`${url}/api/v2/heartbeat`).catch(() => undefined)
    if (reply?.ok) return
    await setTimeout(50)
  }
  throw new Error('the Chroma server did not start')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function searchServer(): Promise<Loopback> {
  return listen((request, body, response) => {
    if (request.url?.endsWith('/delete')) return json(response, { deleted: JSON.parse(body).ids.length })
    if (!request.url?.endsWith('/search')) {
      const own = { id: '00000000-0000-4000-8000-000000000001', name: 'docs', metadata: null, configuration_json: {} }
      return json(response, { ...own, tenant: 'default_tenant', database: 'default_database', dimension: 2 })
    }
    const { searches } = JSON.parse(body) as { searches: { limit: { limit: number } }[] }
    const hits = searches.map(({ limit }) => Array.from({ length: limit.limit }, (_, id) => id))
    json(response, {
      ids: hits.map((list) => list.map((id) => `private-${id}`)),
      documents: hits.map((list) => list.map(() => 'private')),
      embeddings: hits.map(() => null),
      metadatas: hits.map(() => null),
      scores: hits.map((list) => list.map((id) => id / 10)),
      select: hits.map(() => []),
    })
  })
}
