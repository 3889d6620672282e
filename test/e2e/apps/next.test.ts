import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { everything, folderFor, hangsAfterMs, recordsOf, register, root, spawnNode } from '../../support/application.ts'
import { inKept } from '../../support/built.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'

const next = join(root, 'test/packages/apps/node_modules/next/dist/bin/next')
/** Of a bare build, kept with it. */
const printedBare = 'printed.json'

let service: Loopback
let folder = ''
let bare = ''
let profiled: Awaited<ReturnType<typeof build>>
before(async () => {
  service = await openaiServer()
  folder = folderFor('apps')
  await inKept('next-app', async (kept) => {
    if (!existsSync(join(kept, printedBare))) writeFileSync(join(kept, printedBare), (await build(kept, {})).printed)
    bare = readFileSync(join(kept, printedBare), 'utf8')
    profiled = await build(kept, withAgent)
    cpSync(kept, folder, { recursive: true, filter: (path) => !path.endsWith(join('.next', 'cache')) })
  })
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await service.close()
})

const withAgent = { NODE_OPTIONS: `--import ${register}` }
const env = (more: object) => ({ ...{ SERVICE: service.url, NEXT_TELEMETRY_DISABLED: '1' }, ...more })
const configIn = (folder: string) => {
  const profiling = { ...everything, wire_hosts: { openai: [new URL(service.url).host] } }
  writeFileSync(join(folder, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling } }))
}
/** Without times, ports, and what a slow machine or a first build shows more of; two lines may stand in either order. */
const plain = (text: string) =>
  text
    .replace(/\b\d+(\.\d+)?(ms|s|min)\b/g, 'some time')
    .replace(/127\.0\.0\.1:\d+/g, 'here')
    .split('\n')
    .filter((line) => !/^ {2}Generating static pages|(filesystem|build) cache/.test(line))
    .sort()

/** The records in the folder; they are gone then. */
function taken(folder: string) {
  const path = join(folder, 'profile.jsonl')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  rmSync(path, { force: true })
  return recordsOf(text)
}

async function build(folder: string, more: object) {
  configIn(folder)
  // Else the answer is that of the build before.
  rmSync(join(folder, '.next/cache/fetch-cache'), { recursive: true, force: true })
  const before = service.requests.length
  const { code, stdout, stderr } = await spawnNode([next, 'build'], { cwd: folder, env: env(more) })
  assert.equal(code, 0, stdout + stderr)
  return { printed: stdout + stderr, asked: service.requests.slice(before), records: taken(folder) }
}

/** Starts the built application, uses it, and ends it: what it said and answered, what the service heard, what is recorded. */
async function used(more: object) {
  configIn(folder)
  rmSync(join(folder, '.next/cache'), { recursive: true, force: true })
  const before = service.requests.length
  const args = [next, 'start', '--port', '0', '--hostname', '127.0.0.1']
  const { NODE_OPTIONS, ...inherited } = process.env
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...inherited, ...env(more) } })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => (said[name] += text))
  const ended = once(child, 'close')
  try {
    const answers = await use(await listening(child, said))
    child.kill('SIGTERM')
    return { ...said, answers, end: await ended, asked: service.requests.slice(before), records: taken(folder) }
  } finally {
    child.kill('SIGKILL')
  }
}

async function listening(child: ChildProcess, said: { readonly stdout: string; readonly stderr: string }) {
  for (;;) {
    const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said.stdout) ?? []
    if (found !== undefined && said.stdout.includes('Ready')) return found
    const signal = AbortSignal.timeout(hangsAfterMs)
    await Promise.race([once(child.stdout as never, 'data', { signal }), once(child, 'close', { signal })])
    if (child.exitCode !== null) throw new Error(said.stdout + said.stderr)
  }
}

async function use(base: string): Promise<unknown[]> {
  const answers: unknown[] = []
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(base + path, { redirect: 'manual', ...init })
    const text = await answer.text()
    const isPage = answer.headers.get('content-type')?.includes('html')
    answers.push([
      path,
      answer.status,
      answer.headers.get('location')?.replace(base, ''),
      isPage ? textsIn(text) : text,
    ])
    return text
  }
  await ask('/api/embed', { method: 'POST', body: JSON.stringify(['secret', 'b']) })
  await ask('/api/embed', { method: 'POST', body: JSON.stringify('secret') })
  await ask('/api/stream')
  await ask('/api/cached?fresh')
  await ask('/api/cached')
  await ask('/api/cached')
  await ask('/fixed')
  const page = await ask('/')
  const form = new FormData()
  form.set(/\$ACTION_ID_\w+/.exec(page)?.[0] ?? '', '')
  form.set('text', 'secret')
  await ask('/', { method: 'POST', body: form, headers: { origin: base } })
  return answers
}

/** What a page says; in which pieces its parts are streamed is a matter of time. */
const textsIn = (page: string) => Array.from(page.matchAll(/<p>(.*?)<\/p>/g), ([, text]) => text)

const embed = (batch_size: number, tokens = true) => ({
  name: 'embedding_provider.embed',
  library: 'openai',
  seen: 'wire',
  metadata: {
    ...{ model: 'text-embedding-3-small', batch_size },
    ...(tokens && { dimensions: 8, input_tokens: 3 * batch_size, results: batch_size }),
  },
})
// biome-ignore lint/suspicious/noExplicitAny: records are read as JSON
const shown = ({ name, library, seen, metadata }: any) => ({ name, library, seen, metadata })

describe('a production build of Next.js', () => {
  it('is built as without the agent, and what a page asks then is recorded by the process that makes it', () => {
    assert.deepEqual(plain(profiled.printed), plain(bare))
    assert.deepEqual(profiled.asked, ['POST /v1/embeddings'])
    // Next.js reads the answer for its cache.
    assert.deepEqual(profiled.records.map(shown), [embed(5, false)])
  })

  it('runs as without the agent, and each request to a service is recorded once', async () => {
    const bare = await used({})
    const profiled = await used(withAgent)

    assert.deepEqual(profiled.answers, bare.answers)
    assert.deepEqual([profiled.end, plain(profiled.stdout)], [bare.end, plain(bare.stdout)])
    assert.deepEqual(plain(profiled.stderr), plain(bare.stderr))
    assert.deepEqual(profiled.asked, bare.asked)
    assert.deepEqual(profiled.records.map(shown), [
      embed(2),
      embed(1),
      {
        ...{ name: 'llm.generate', library: 'openai', seen: 'wire' },
        metadata: { model: 'gpt-4o-mini', stream: true },
      },
      embed(4),
      // It reads the answer for its cache, and asks once.
      embed(4, false),
      embed(2),
      embed(3),
    ])
    assert.equal(profiled.records.length, profiled.asked.length)
    assert.doesNotMatch(JSON.stringify(profiled.records), /secret/)
  })
})
