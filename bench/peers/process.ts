import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { openaiServer } from '../../test/support/openai-server.ts'
import { qdrantServer } from '../../test/support/qdrant-server.ts'
import { environment, root } from '../folder.ts'
import { application, type ModuleKind } from './app.ts'
import type { Peer } from './peers.ts'
import { openSink, type Post } from './sink.ts'

export interface Run {
  /** From the process's begin until it listens. */
  readonly startMs: number
  /** Of the processor, from then until its end, its last exports included. */
  readonly cpuMs: number
  readonly rssReadyMb: number
  readonly rssEndMb: number
  readonly answers: readonly string[]
  /** What arrived at the stand-ins, as `POST /embeddings`. */
  readonly made: readonly string[]
  readonly posts: readonly Post[]
  /** The agent's own records. */
  readonly records: string
}

const inFlight = 16
export const setFolder = (set: string) => join(root, 'bench/peers/sets', set)

/** Runs the application once under a tool, `requests` times asked, many at a time. */
export function runPeer(node: string, peer: Peer, kind: ModuleKind, requests: number): Promise<Run> {
  return withService(node, peer, kind, async ({ child, line, port, startMs, ended, sent, cwd }) => {
    const answers = await asked(port, requests)
    child.stdin.end()
    const took = JSON.parse(await line(/"rssReady"/))
    await ended
    const file = join(cwd, 'profile.jsonl')
    const records = existsSync(file) ? readFileSync(file, 'utf8') : ''
    return { startMs, cpuMs: took.cpu, rssReadyMb: took.rssReady, rssEndMb: took.rssEnd, answers, records, ...sent }
  })
}

/** What the clients do in the uses that a wrapper is known to break, and whether a SIGTERM ends the process. */
export function checkPeer(node: string, peer: Peer, kind: ModuleKind): Promise<Checks> {
  return withService(node, peer, kind, async ({ child, port, ended }) => {
    const checks: Checks = JSON.parse(await answerTo(port, '/checks'))
    child.kill('SIGTERM')
    const ends = await Promise.race([ended.then(() => true), sleep(4000, false)])
    return { ...checks, 'SIGTERM ends it': ends }
  })
}
export type Checks = Readonly<Record<string, unknown>>

interface Service {
  readonly child: ChildProcessWithoutNullStreams
  readonly cwd: string
  readonly port: number
  readonly startMs: number
  /** The next line of its output that is like this. */
  line(is: RegExp): Promise<string>
  readonly ended: Promise<unknown>
  /** What arrives at the stand-ins, as `POST /embeddings`, and at the sink. */
  readonly sent: { readonly made: readonly string[]; readonly posts: readonly Post[] }
}

async function withService<T>(node: string, peer: Peer, kind: ModuleKind, use: (service: Service) => Promise<T>) {
  const [openai, qdrant, sink] = await Promise.all([openaiServer(), qdrantServer(), openSink()])
  const cwd = written(peer, kind)
  const env = { ...environment, SINK: sink.url, ...peer.env?.(sink.url) }
  const args = [...peer[kind], kind === 'esm' ? 'app.mjs' : 'app.cjs', openai.url, qdrant.url]
  const began = process.hrtime.bigint()
  const child = spawn(node, args, { cwd, env })
  const ended = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000)
  try {
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const line = async (is: RegExp): Promise<string> => {
      const { value } = await lines.next()
      if (value === undefined) throw new Error(`${peer.name}, ${kind}, has ended early: ${stderr}`)
      return is.test(value) ? value : line(is)
    }
    const port = Number(await line(/^\d+$/))
    const startMs = Number(process.hrtime.bigint() - began) / 1e6
    const sent = {
      get made() {
        return [...openai.requests, ...qdrant.requests]
      },
      posts: sink.posts,
    }
    return await use({ child, cwd, port, startMs, line, ended, sent })
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
    await Promise.all([openai.close(), qdrant.close(), sink.close()])
  }
}

/** The application's folder, beneath its packages. */
function written({ name, set, wrapper, files = {} }: Peer, kind: ModuleKind): string {
  const cwd = join(setFolder(set), 'tmp', `${name}-${kind}`)
  rmSync(cwd, { recursive: true, force: true })
  mkdirSync(cwd, { recursive: true })
  const own = { 'app.mjs': application('esm', wrapper), 'app.cjs': application('cjs', wrapper) }
  for (const [file, text] of Object.entries({ ...files, ...own })) writeFileSync(join(cwd, file), text)
  return cwd
}

const agent = new Agent({ keepAlive: true })

async function asked(port: number, requests: number): Promise<string[]> {
  const answers: string[] = []
  let left = requests
  const lane = async () => {
    while (left-- > 0) answers.push(await answerTo(port, '/search'))
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return answers
}

function answerTo(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))))
      response.on('error', reject)
    }).on('error', reject)
  })
}
