import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { application } from '../../bench/peers/app.ts'
import { figures } from '../../bench/peers/figures.ts'
import { names, peerOf, withAgent } from '../../bench/peers/peers.ts'
import type { PeerResult, Result } from '../../bench/peers/result.ts'
import { madeOf, recordsOf, spansOf } from '../../bench/peers/spans.ts'
import { root } from '../support/application.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
/** What each tool sent for two requests, but for all that is not read of it. */
const samples: Record<string, { path: string; type: string; body: string }[]> = JSON.parse(
  read('test/fixtures/peers.json'),
)
const counted = (name: string) =>
  spansOf((samples[name] ?? []).map((post) => ({ ...post, body: Buffer.from(post.body, 'base64') })))

describe('what other tools send', () => {
  for (const [name, expected] of Object.entries({
    opentelemetry: { embedding: 2, search: 0, chat: 2, http: 6 },
    datadog: { embedding: 2, search: 0, chat: 2, http: 6 },
    sentry: { embedding: 2, search: 0, chat: 2, http: 6 },
    openllmetry: { embedding: 0, search: 0, chat: 2, http: 0 },
    langfuse: { embedding: 2, search: 0, chat: 2, http: 0 },
    pyroscope: { embedding: 0, search: 0, chat: 0, http: 0 },
  }))
    it(`is counted by the calls that it tells of: ${name}`, () => {
      assert.ok((samples[name] ?? []).length > 0)
      assert.deepEqual(counted(name), expected)
    })

  it('is counted beside the records of this agent, and the calls that arrived', () => {
    const records = ['agent.start', 'request.http', 'embedding_provider.embed', 'vector_store.search', 'llm.generate']
    const arrived = ['POST /embeddings', 'POST /chat/completions', 'POST /collections/docs/points/query']

    assert.deepEqual(recordsOf(records.map((name) => `${JSON.stringify({ name })}\n`).join('')), {
      embedding: 1,
      search: 1,
      chat: 1,
      http: 0,
    })
    assert.deepEqual(madeOf(arrived), { embedding: 1, search: 1, chat: 1, http: 3 })
  })
})

describe('the tools of the comparison', () => {
  it('have a set each, with exact versions and a lock', () => {
    const sets = new Set(names.map((name) => peerOf(name).set))

    assert.deepEqual(readdirSync(join(root, 'bench/peers/sets')).toSorted(), [...sets].toSorted())
    for (const set of sets) {
      const { dependencies } = JSON.parse(read(`bench/peers/sets/${set}/package.json`)) as Dependencies
      const lock = JSON.parse(read(`bench/peers/sets/${set}/package-lock.json`))
      assert.deepEqual(lock.packages[''].dependencies, dependencies, set)
      for (const version of Object.values(dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/, set)
    }
  })

  it('have the clients of the bare application, in the same versions', () => {
    const of = (set: string) => JSON.parse(read(`bench/peers/sets/${set}/package.json`)) as Dependencies
    const bare = Object.entries(of('bare').dependencies)

    for (const name of names) {
      const { dependencies } = of(peerOf(name).set)
      for (const [client, version] of bare) assert.equal(dependencies[client], version, name)
      for (const one of peerOf(name).packages) assert.ok(one in dependencies, one)
    }
  })

  it('run one application, but for the line that wraps its client', () => {
    const lines = (text: string) => text.split('\n').filter((line) => !/^(import|const .* = require)/.test(line))
    const bare = application('esm')

    assert.deepEqual(lines(application('cjs')), lines(bare))
    const wrapped = application('esm', ['observeOpenAI', '@langfuse/openai'])
    assert.deepEqual(
      lines(wrapped).filter((line) => !lines(bare).includes(line)),
      ['const observed = observeOpenAI'],
    )
  })
})

describe('the tools beside this agent', () => {
  it('start as alone, but after it, in a folder of their own', () => {
    const [alone, agent] = [peerOf('sentry'), peerOf('crossbridge')]
    const both = withAgent(alone)

    assert.deepEqual(both.esm, [...agent.esm, ...alone.esm])
    assert.deepEqual(Object.keys(both.files ?? {}).toSorted(), ['crossbridge.yml', 'preload.cjs', 'preload.mjs'])
    assert.notEqual(both.name, alone.name)
  })
})

interface Dependencies {
  readonly dependencies: Readonly<Record<string, string>>
}

describe('the figures of the comparison', () => {
  const spread = { low: 1, median: 2, high: 3 }
  const made = { embedding: 2, search: 2, chat: 2, http: 6 }
  const seen = {
    made,
    recorded: { ...made, search: 0 },
    differs: [],
    sentText: true,
    together: { tool: { ...made, search: 0 }, agent: made },
  }
  const costs = { startMs: spread, startRatio: spread, cpuRatio: spread, rssReadyMb: spread, rssEndMb: spread }
  const peer: PeerResult = { title: 'one', versions: { one: '1.2.3' }, added: { packages: 3, mb: 4.5 } }
  const resultOf = (more: Partial<Result>): Result => ({
    date: '2026-12-01 12:00',
    load: 0.1,
    cores: 2,
    machine: 'a processor',
    node: '24.0.0',
    rounds: 1,
    requests: { seen: 2, round: 2 },
    clients: { openai: '6.0.0' },
    bare: { startMs: spread, cpuMs: spread },
    peers: { one: { ...peer, esm: seen, cjs: { ...seen, differs: ['tee'], sentText: false }, costs } },
    ...more,
  })

  it('have a row for each tool and kind of module, and one for what it costs', () => {
    const text = figures(resultOf({}))

    assert.match(text, /\n\| one \| ESM \| 2 \/ 2 \| 0 \/ 2 \| 2 \/ 2 \| 6 \/ 6 \| the question \| nothing \|\n/)
    assert.match(text, /\n\| one \| CommonJS \|.* \| no text \| tee \|\n/)
    assert.match(text, /\n\| one \| ESM \| 2, 0, 2 \| 2, 2, 2 \| 2, 2, 2 \|\n/)
    assert.match(text, /\n\| one \| \+2 \[1, 3\] ms \| 2\.00 \[1\.00, 3\.00\] \|.* \| 3 \| 4\.5 MB \|$/)
    assert.match(text, /`one` 1\.2\.3/)
    assert.doesNotMatch(text, /busy/)
  })

  it('say why a tool did not run, and that the machine was busy', () => {
    const text = figures(resultOf({ load: 2, peers: { one: { ...peer, failed: 'no binary for it' } } }))

    assert.match(text, /\| one \|.*\| did not run: no binary for it \|/)
    assert.match(text, /a load of 2 on 2 cores/)
  })
})
