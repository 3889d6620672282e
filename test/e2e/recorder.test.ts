import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formats } from '../support/application.ts'
import { runProfiled } from '../support/profiled.ts'

const sleep = 'const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))'

for (const format of formats) {
  describe(`the flight recorder, ${format}`, () => {
    it('names the function that held the loop during a slow call, by file and line, and not its neighbour', async () => {
      const { records, files, stderr, code } = await runProfiled({
        format,
        body: `${sleep}
          neighbour(400)
          await sleep(1)
          await profile('shop.rank', async () => { await sleep(5); rank(600); await sleep(5) })
          neighbour(400)
          await sleep(1)`,
      })

      assert.equal(stderr, '')
      assert.equal(code, 0)
      const [record] = records
      assert.equal(records.length, 1)
      const { frames, gc, program, idle, samples } = record.hot
      const own = frames.filter(({ at }: { at: string }) => at === 'rank.cjs:2')
      assert.ok(own[0]?.share > 0.3, JSON.stringify(record.hot))
      assert.equal(own[0].function, 'rank')
      assert.ok(!JSON.stringify(record.hot).includes('neighbour'), JSON.stringify(record.hot))
      assert.ok(frames.length <= 5 && samples > 3)
      for (const share of [gc, program, idle]) assert.ok(share >= 0 && share < 0.7, JSON.stringify(record.hot))
      assert.deepEqual(
        files.map(({ name, mode }) => [name, mode]),
        [[record.profile, 0o600]],
      )
      const functions = files[0]?.profile.nodes.map(
        (node: { callFrame: { functionName: string } }) => node.callFrame.functionName,
      )
      assert.ok(functions.includes('rank') && functions.includes('neighbour'))
    })
  })
}
