import { table } from '../../build/table.ts'
import type { Spread } from '../stats.ts'
import type { PeerResult, Result } from './result.ts'
import { type Counts, type Kind, kinds } from './spans.ts'

/** The result as Markdown: how it was measured, what each tool records, what it costs. */
export function figures(result: Result): string {
  const peers = Object.values(result.peers)
  return [
    howMeasured(result),
    'What each records, of the calls that the service made; whether text went out; and which uses of the clients end otherwise than in the bare\nservice:',
    table(
      ['', 'modules', ...kinds.map((kind) => head[kind]), 'in what was sent', 'ends otherwise than bare'],
      peers.filter(({ title }) => !title.startsWith('bare')).flatMap(recordRows),
    ),
    'Both in one process, this agent first on the command line: embeddings, searches and chat streams that each records.',
    table(['', 'modules', 'the tool', 'this agent', 'made'], peers.flatMap(togetherRows)),
    'What each costs, beside the bare service of the same round: medians [95 % interval].',
    table(
      ['', 'start', 'start ÷ bare', 'processor ÷ bare', 'memory, started', 'memory, at the end', 'packages', 'on disk'],
      peers.filter(({ title }) => title !== 'bare').map(costRow),
    ),
  ].join('\n\n')
}

const head: Readonly<Record<Kind, string>> = {
  embedding: 'embeddings',
  search: 'searches',
  chat: 'chat streams',
  http: 'their HTTP requests',
}

function howMeasured(result: Result): string {
  const { date, load, cores, machine, node, rounds, requests, clients, bare, peers } = result
  const versions = Object.values(peers).flatMap(({ versions }) => Object.entries(versions))
  const list = (pairs: readonly (readonly string[])[]) =>
    pairs.map(([name, version]) => `\`${name}\` ${version}`).join(', ')
  const busy =
    load >= cores / 4
      ? [
          `**The machine was not at rest before: a load of ${load} on ${cores} cores in the minute before. "bare, a second time" shows the noise.**`,
        ]
      : []
  return [
    ...busy,
    `${date} UTC, ${cores} × ${machine}, load ${load} at the begin, Node ${node}; ${rounds} rounds of ${requests.round} requests,`,
    `16 at a time; recorded calls counted in ${requests.seen} requests. ${list(Object.entries(clients))}; ${list(versions)}.`,
    `The bare service started in ${plain(bare.startMs, 0)} ms and took ${plain(bare.cpuMs, 2)} ms of processor for a request.`,
  ].join('\n')
}

function recordRows({ title, failed, esm, cjs }: PeerResult): string[][] {
  if (esm === undefined || cjs === undefined) return [[title, '', ...kinds.map(() => ''), '', `did not run: ${failed}`]]
  return Object.entries({ ESM: esm, CommonJS: cjs }).map(([modules, { recorded, made, sentText, differs }]) => [
    title,
    modules,
    ...kinds.map((kind) => share(recorded, made, kind)),
    sentText ? 'the question' : 'no text',
    differs.join(', ') || 'nothing',
  ])
}

function togetherRows({ title, esm, cjs }: PeerResult): string[][] {
  return Object.entries({ ESM: esm, CommonJS: cjs }).flatMap(([modules, seen]) =>
    seen?.together === undefined
      ? []
      : [[title, modules, ...[seen.together.tool, seen.together.agent, seen.made].map(calls)]],
  )
}

const calls = ({ embedding, search, chat }: Counts) => `${embedding}, ${search}, ${chat}`
const share = (recorded: Counts, made: Counts, kind: Kind) => `${recorded[kind]} / ${made[kind]}`

function costRow({ title, added, costs }: PeerResult): string[] {
  const disk = added.packages === 0 ? ['', ''] : [`${added.packages}`, `${added.mb} MB`]
  if (costs === undefined) return [title, '', '', '', '', '', ...disk]
  return [
    title,
    `${signed(costs.startMs, 0)} ms`,
    plain(costs.startRatio, 2),
    plain(costs.cpuRatio, 2),
    `${signed(costs.rssReadyMb, 0)} MB`,
    `${signed(costs.rssEndMb, 0)} MB`,
    ...disk,
  ]
}

const plain = ({ median, low, high }: Spread, digits: number) =>
  `${fixed(median, digits)} [${fixed(low, digits)}, ${fixed(high, digits)}]`
const signed = (spread: Spread, digits: number) => `${spread.median >= 0 ? '+' : ''}${plain(spread, digits)}`
const fixed = (value: number, digits: number) =>
  value
    .toFixed(digits)
    .replace(/^-(0(\.0*)?)$/, '$1')
    .replace('-', '−')
