import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { binariesOf, root, runNode } from '../folder.ts'
import { interval, type Spread, shuffled } from '../stats.ts'
import type { ModuleKind } from './app.ts'
import { figures } from './figures.ts'
import { added, clients, install, versionsOf } from './packages.ts'
import { type Name, names, peerOf, withAgent } from './peers.ts'
import { checkPeer, type Run, runPeer } from './process.ts'
import type { Costs, PeerResult, Result, Seen } from './result.ts'
import { madeOf, recordsOf, spansOf } from './spans.ts'

/** A question that is asked of the models. */
const question = 'a private question'
const requests = { seen: 100, round: 600 }

/** `npm run bench peers [-- --rounds 12]`: the agent beside other tools on one service, each as its documentation says. */
export async function peers(rounds: number): Promise<void> {
  const [node] = binariesOf([24])
  if (node === undefined)
    throw new Error('bench peers needs Node 24: start it with that, or npm ci in test/packages/nodes')
  install()
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const load = rounded(loadavg()[0] as number)
  const seen = await seenBy(node.path)
  const working = names.filter((name) => seen[name].failed === undefined)
  const costs = await costsOf(node.path, working, rounds)
  const result: Result = {
    date,
    load,
    cores: cpus().length,
    machine: `${cpus()[0]?.model.trim() ?? process.arch}, ${process.platform}`,
    node: runNode(node.path, ['--version'], root).stdout.trim().slice(1),
    rounds,
    requests,
    clients: clients(),
    bare: costs.bare,
    peers: Object.fromEntries(
      names.map((name) => [
        name,
        { title: peerOf(name).title, versions: versionsOf(name), added: added(name), ...seen[name], ...costs.of[name] },
      ]),
    ),
  }
  writeFileSync(join(root, 'bench/peers/result.json'), `${JSON.stringify(result, undefined, 2)}\n`)
  console.log(
    `\n${figures(result)}\n\nThey are in bench/peers/result.json; npm run describe puts them into docs/comparison.md.`,
  )
}

/** Which calls each tool records, and in what its clients differ from the bare ones. */
async function seenBy(node: string): Promise<Record<Name, SeenBy>> {
  const bare = { esm: await lookAt(node, 'bare', 'esm'), cjs: await lookAt(node, 'bare', 'cjs') }
  const seen = {} as Record<Name, SeenBy>
  for (const name of names) {
    console.error(`what ${name} records…`)
    try {
      const [esm, cjs] = [await lookAt(node, name, 'esm'), await lookAt(node, name, 'cjs')]
      seen[name] = { esm: seenIn(esm, bare.esm), cjs: seenIn(cjs, bare.cjs) }
    } catch (error) {
      seen[name] = { failed: (error as Error).message.slice(0, 300) }
    }
  }
  return seen
}
type SeenBy = Pick<PeerResult, ModuleKind | 'failed'>

/** The checks have a process of their own, so that the counts are those of plain calls alone. */
async function lookAt(node: string, name: Name, kind: ModuleKind) {
  const peer = peerOf(name)
  return {
    counted: await runPeer(node, peer, kind, requests.seen),
    checks: await checkPeer(node, peer, kind),
    together: peer.packages.length > 0 ? await runPeer(node, withAgent(peer), kind, requests.seen) : undefined,
  }
}
type Look = Awaited<ReturnType<typeof lookAt>>

function seenIn({ counted, checks, together }: Look, bare: Look): Seen {
  const { posts, records, answers, made } = counted
  const [expected] = bare.counted.answers
  const differs = Object.keys(bare.checks).filter((name) => !isDeepStrictEqual(checks[name], bare.checks[name]))
  return {
    made: madeOf(made),
    recorded: posts.length > 0 ? spansOf(posts) : recordsOf(records),
    differs: answers.every((answer) => answer === expected) ? differs : ['an answer', ...differs],
    sentText: records.includes(question) || posts.some(({ body }) => body.includes(question)),
    ...(together && { together: { tool: spansOf(together.posts), agent: recordsOf(together.records) } }),
  }
}

/** What they cost: in each round every tool has a process, in another order each time. */
async function costsOf(node: string, working: readonly Name[], rounds: number) {
  const runs = Object.fromEntries(names.map((name) => [name, [] as Figures[]])) as Record<Name, Figures[]>
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}…`)
    for (const name of shuffled(working)) {
      const { startMs, cpuMs, rssReadyMb, rssEndMb } = await runPeer(node, peerOf(name), 'esm', requests.round)
      runs[name].push({ startMs, cpuMs, rssReadyMb, rssEndMb })
    }
  }
  const beside = (name: Name, of: (one: Figures, bare: Figures) => number): Spread => {
    const { low, median, high } = interval(runs[name].map((one, i) => of(one, runs.bare[i] as Figures)))
    return { low: rounded(low), median: rounded(median), high: rounded(high) }
  }
  const costs = (name: Name): Costs => ({
    startMs: beside(name, (one, bare) => one.startMs - bare.startMs),
    startRatio: beside(name, (one, bare) => one.startMs / bare.startMs),
    cpuRatio: beside(name, (one, bare) => one.cpuMs / bare.cpuMs),
    rssReadyMb: beside(name, (one, bare) => one.rssReadyMb - bare.rssReadyMb),
    rssEndMb: beside(name, (one, bare) => one.rssEndMb - bare.rssEndMb),
  })
  const spread = (of: (one: Figures) => number): Spread => beside('bare', of)
  return {
    bare: { startMs: spread(({ startMs }) => startMs), cpuMs: spread(({ cpuMs }) => cpuMs / requests.round) },
    of: Object.fromEntries(working.map((name) => [name, { costs: costs(name) }])) as Partial<
      Record<Name, { costs: Costs }>
    >,
  }
}
type Figures = Pick<Run, 'startMs' | 'cpuMs' | 'rssReadyMb' | 'rssEndMb'>

const rounded = (value: number) => Math.round(value * 100) / 100
