import { createServer, type Socket } from 'node:net'
import { basename, resolve } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { AgentWork } from '../../call.ts'
import { chunk } from '../../chunk.ts'
import type { Config } from '../../config/schema.ts'
import { reasonOf } from '../../diagnostics.ts'
import type { Ledger } from '../../ledger.ts'
import type { Output, WarnOnce } from '../../model.ts'
import type { LiveFindings } from '../live-findings.ts'
import type { TakeProfile } from '../output-parts.ts'
import { readAsk } from './ask.ts'
import { createFigures } from './figures.ts'
import { type Listening, listenAt } from './listen.ts'
import { createProcessFigures } from './process-figures.ts'
import type { Ask, Hello, LeadingFinding, ProfileTaken, Profiling, Refusal, Snapshot } from './protocol.ts'

interface SocketParts {
  readonly config: () => Pick<Config, 'accepted' | 'thresholds'>
  readonly ledger: Ledger
  readonly meter: AgentWork
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
  readonly where: (path: string) => string | undefined
  readonly changed: () => void
  readonly takeProfile: TakeProfile
  /** The agent's. */
  readonly version: string
}

const { setInterval, clearInterval, setTimeout } = globalThis
const now = performance.now.bind(performance)
const { now: dateNow } = Date
const everyMs = 1000
const mostClients = 8
/** Findings need some requests, and who looks needs no newer ones. */
const lookMs = 5000
const windowMs = 600_000
/** The longest that a line waits for its reader: a waiting write keeps the process from ending, whatever is unref'd. */
const patienceMs = 100

/** Says live figures to who connects. Observes only while somebody does. */
export function createSocketOutput(path: string, parts: SocketParts): Output {
  const { config, ledger, meter, warnOnce, fault, where, changed, takeProfile, version } = parts
  const whole = resolve(path).replaceAll('{pid}', `${process.pid}`)
  const figures = createFigures(ledger, now)
  const processFigures = createProcessFigures()
  const clients = new Set<Socket>()
  let timer: NodeJS.Timeout | undefined
  let live: LiveFindings | undefined
  let finding: LeadingFinding | undefined
  let listening: Listening | undefined
  let closed = false

  const guarded = (run: () => void) => {
    const since = now()
    try {
      run()
    } catch (error) {
      fault(error)
    }
    meter.spent(now() - since)
  }
  const send = (client: Socket, line: Hello | Refusal | Snapshot | Profiling | ProfileTaken) => {
    client.write(`${JSON.stringify(line)}\n`)
    if (client.writableLength === 0) return
    setTimeout(() => client.writableLength > 0 && client.destroy(), patienceMs).unref()
  }
  const taken = (): Snapshot => {
    const process = processFigures.take()
    return { ...figures.take(), ...(process && { process }), ...(finding && { finding }) }
  }
  const openLive = () =>
    chunk<typeof import('../live-findings.ts')>('live-findings').createLiveFindings({
      ...{ lookMs, windowMs, config, meter, fault },
      told([first]) {
        finding = first && leadingOf(first)
      },
    })
  const tick = () => {
    // Not for who asks one question and goes.
    live ??= openLive()
    const snapshot = taken()
    for (const client of clients) send(client, snapshot)
  }
  const leave = (client: Socket) => {
    if (!clients.delete(client) || clients.size > 0) return
    clearInterval(timer)
    figures.clear()
    live?.close()
    live = finding = undefined
    changed()
  }
  const profileFor = (client: Socket, { profile, seconds }: Ask) => {
    send(client, { profiling: profile })
    const stop = takeProfile(profile, seconds, (file, why = 'no reason was given') =>
      send(client, { profiled: file === undefined ? { why } : { file } }),
    )
    client.once('close', () => guarded(stop))
  }
  const accept = (client: Socket) => {
    client
      .unref()
      .on('error', () => {})
      .on('close', () => guarded(() => leave(client)))
    readAsk(client, (ask) => guarded(() => profileFor(client, ask)))
    if (clients.size === mostClients) {
      send(client, { v: 1, refused: `${mostClients} others look already` })
      client.destroySoon()
      return
    }
    send(client, { v: 1, hello: whoIs(version) })
    clients.add(client)
    if (clients.size > 1) return
    send(client, taken())
    timer = setInterval(() => guarded(tick), everyMs).unref()
    changed()
  }

  const server = createServer((client) => guarded(() => accept(client))).unref()
  const failed = (error: unknown) => {
    const location = where('cli.socket') ?? 'the default'
    warnOnce(`socket ${whole}`, `cli.socket: ${reasonOf(error)} (${location}); nobody can look at this process`)
  }
  server.on('error', failed)
  listenAt(server, whole).then((one) => {
    listening = one
    if (closed) shut()
  }, failed)
  const remove = () => {
    try {
      listening?.remove()
    } catch (error) {
      failed(error)
    }
  }
  const shut = () => {
    remove()
    server.close()
  }

  return {
    keeps: false,
    write(record) {
      live?.write(record)
      return false
    },
    process: processFigures.told,
    get observe() {
      return clients.size > 0 ? figures.observe : undefined
    },
    flush() {},
    exit: remove,
    close() {
      closed = true
      shut()
      for (const client of clients) client.destroy()
    },
  }
}

const leadingOf = ({ signature, title, share, share_of, confidence }: LeadingFinding): LeadingFinding => ({
  ...{ signature, title, share, share_of, confidence },
})

const whoIs = (agent: string): Hello['hello'] => ({
  agent,
  pid: process.pid,
  thread_id: threadId,
  node: process.versions.node,
  script: basename(process.argv[1] ?? ''),
  since: dateNow() / 1000 - process.uptime(),
})
