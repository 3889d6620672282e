import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { everything, folderFor, recordsOf, register, root, spawnNode } from '../../support/application.ts'
import { inKept } from '../../support/built.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { scoreAt } from '../../support/scores.ts'
import { upstashServer } from '../../support/upstash-server.ts'

const vite = join(root, 'test/packages/apps/node_modules/vite/bin/vite.js')

let services: readonly Loopback[] = []
let folder = ''
const said: string[] = []
before(async () => {
  services = await Promise.all([openaiServer(), upstashServer()])
  folder = folderFor('apps')
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  await inKept('vite-app', async (kept) => {
    for (const args of [[], ['--import', register]]) {
      const env = { OUT: folder }
      const { code, stdout, stderr } = await spawnNode([...args, vite, 'build', '--emptyOutDir=false'], {
        cwd: kept,
        env,
      })
      assert.equal(code, 0, stdout + stderr)
      said.push((stdout + stderr).replace(/\d+(\.\d+)?m?s/g, 'some time'))
    }
  })
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await Promise.all(services.map((service) => service.close()))
})

async function used(args: readonly string[]) {
  const [SERVICE = '', STORE = ''] = services.map(({ url }) => url)
  const hosts = { openai: [new URL(SERVICE).host], upstash: [new URL(STORE).host] }
  const profiling = { ...everything, wire_hosts: hosts }
  writeFileSync(join(folder, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling } }))
  const before = services.map(({ requests }) => requests.length)
  const outcome = await spawnNode([...args, 'server.js'], { cwd: folder, env: { SERVICE, STORE } })
  const path = join(folder, 'profile.jsonl')
  const records = existsSync(path) ? recordsOf(readFileSync(path, 'utf8')) : []
  return { ...outcome, records, asked: services.map(({ requests }, i) => requests.slice(before[i])) }
}

describe('a server build of Vite with all packages in it', () => {
  it('is built as without the agent', () => {
    assert.equal(said[1], said[0])
  })

  it('runs as without the agent, and each request to a service is recorded once', async () => {
    const bare = await used([])
    const profiled = await used(['--import', register])

    assert.deepEqual([profiled.code, profiled.stdout, profiled.stderr], [bare.code, bare.stdout, bare.stderr])
    assert.deepEqual(profiled.asked, bare.asked)
    const shown = profiled.records.map(({ name, library, seen, metadata, error, status }) =>
      JSON.stringify([name, library, seen, metadata, ...(error ? [error, status] : [])]),
    )
    const embed = (model: string, batch_size: number, answer: object) => [
      ...['embedding_provider.embed', 'openai', 'wire'],
      { model, batch_size, ...answer },
    ]
    const scores = { results: 3, top_score: scoreAt(0), last_score: scoreAt(2), score_kind: 'similarity' }
    const page = [
      embed('text-embedding-3-small', 2, { dimensions: 8, input_tokens: 6, results: 2 }),
      [
        ...['vector_store.search', 'upstash', 'wire'],
        { namespace: 'docs', top_k: 3, filtered: true, dimensions: 8, ...scores },
      ],
      ['llm.generate', 'openai', 'wire', { model: 'gpt-4o-mini', stream: true }],
    ]
    const expected = [
      ...page,
      ...page,
      // Each try is a request.
      [...embed('retry', 1, {}), 'HttpError', 429],
      embed('retry', 1, { dimensions: 8, input_tokens: 3, results: 1 }),
      [
        ...['vector_store.search', 'upstash', 'wire'],
        { namespace: 'missing', top_k: 1, filtered: false, dimensions: 2 },
        ...['HttpError', 404],
      ],
    ]
    assert.deepEqual(shown.sort(), expected.map((one) => JSON.stringify(one)).sort())
    assert.equal(profiled.records.length, profiled.asked.flat().length)
    assert.doesNotMatch(profiled.records.map((one) => JSON.stringify(one)).join(), /secret/)
  })
})
