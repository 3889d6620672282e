import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Config } from '../../../agent/config/schema.ts'
import type { Finding } from '../../../agent/findings/model.ts'
import { createLiveFindings } from '../../../agent/output/live-findings.ts'
import { loadSection } from '../../support/config.ts'
import { embed, requests, row, search } from '../../support/requests.ts'

const one = requests(25, 400, () => row(5, 80, () => ({ name: embed })))
const initial = loadSection([]).config
const fault = (error: unknown) => assert.fail(error as Error)

/** What is reported, and a promise of the next. */
function open(lookMs: number, windowMs: number, config: () => Config = () => initial) {
  const told: (readonly Finding[])[] = []
  let spentMs = 0
  let heard = () => {}
  const live = createLiveFindings({
    ...{ lookMs, windowMs, config, fault },
    meter: {
      spent(ms) {
        spentMs += ms
      },
    },
    told(findings) {
      told.push(findings)
      heard()
    },
  })
  // Its own timer holds no process, nor a test.
  const next = async () => {
    const awake = setInterval(() => {}, 1000)
    await new Promise<void>((resolve) => {
      heard = resolve
    })
    clearInterval(awake)
  }
  return { ...live, told, next, spentMs: () => spentMs }
}

describe('live findings', { timeout: 60_000 }, () => {
  it('are of the records of a window, which begins anew, and their work counts as the agent’s', async () => {
    const live = open(1, 1)
    for (const record of one) live.write(record)
    await live.next()
    const [first] = live.told
    for (const record of requests(25, 400, () => row(1, 300))) live.write(record)
    await live.next()

    assert.deepEqual(
      live.told.slice(0, 2).map((found) => found.some(({ kind }) => kind === 'single_embeddings')),
      [true, false],
    )
    assert.ok((first?.[0]?.requests ?? 0) >= 20)
    assert.ok(live.spentMs() > 0)
    live.close()
  })

  it('are reported at each look of a longer window, of all its records so far, however few', async () => {
    const live = open(1, 600_000)
    for (const record of one.slice(0, 60)) live.write(record)
    while (live.told.at(-1)?.[0]?.calls !== 40) await live.next()
    for (const record of one.slice(60)) live.write(record)
    while (live.told.at(-1)?.[0]?.calls !== 100) await live.next()

    live.close()
  })

  it('are not told of a window with too few requests, which goes on until there are some', async () => {
    const live = open(1, 1)
    const ofWindow = live.next()
    for (const record of one.slice(0, 19 * 6)) live.write(record)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    const before = live.told.length
    for (const record of one.slice(19 * 6)) live.write(record)
    await ofWindow

    assert.equal(before, 0)
    assert.ok((live.told[0]?.[0]?.requests ?? 0) >= 20)
    live.close()
  })

  it('hold the scores of a window against the threshold that is in force when it begins', async () => {
    const faint = () =>
      row(1, 300, () => ({ name: search, metadata: { results: 5, top_score: 0.3, score_kind: 'similarity' } }))
    let config = loadSection(['thresholds: { weak_score: 0.2 }']).config
    const live = open(1, 1, () => config)
    for (const record of requests(25, 400, faint)) live.write(record)
    config = loadSection(['thresholds: { weak_score: 0.5 }']).config
    await live.next()
    for (const record of requests(25, 400, faint)) live.write(record)
    await live.next()

    const isWeak = (found: readonly Finding[]) => found.some(({ kind }) => kind === 'empty_results')
    assert.deepEqual(live.told.slice(0, 2).map(isWeak), [false, true])
    live.close()
  })

  it('leave out what is accepted', async () => {
    const told = async (config?: () => Config) => {
      const live = open(1, 1, config)
      for (const record of one) live.write(record)
      await live.next()
      live.close()
      return live.told[0]?.map(({ signature }) => signature) ?? []
    }
    const [first = '', ...others] = await told()
    const { config } = loadSection([`accepted: [{ signature: ${first}, reason: known }]`])

    assert.deepEqual(await told(() => config), others)
  })

  it('are told no more once they are closed', async () => {
    const live = open(1, 600_000)
    for (const record of one.slice(0, 60)) live.write(record)
    await live.next()
    const looks = live.told.length
    live.close()
    for (const record of one) live.write(record)
    await new Promise((resolve) => setTimeout(resolve, 1500))

    assert.equal(live.told.length, looks)
  })
})
