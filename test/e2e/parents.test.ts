import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { everything, formats, type Outcome, run, sets } from '../support/application.ts'
import { type Loopback, openaiServer } from '../support/openai-server.ts'

const ways = {
  'a text': `generateText({ model: mine('large'), prompt })`,
  'a stream': `read(streamText({ model: mine('large'), prompt }))`,
  'texts to embed': `embedMany({ model: mine.textEmbeddingModel('small'), values: [prompt, prompt] })`,
  'an agent': `agent.generate({ prompt })`,
  "an agent's stream": `agent.stream({ prompt }).then(read)`,
}
const names = Object.keys(ways)

// 7 tells of its calls on a channel, 6 by its functions.
for (const packages of sets)
  for (const format of formats)
    describe(`the tree of calls, ai, ${packages}, ${format}`, () => {
      let server: Loopback
      let outcome: Outcome
      before(async () => {
        server = await openaiServer()
        outcome = await run({
          packages,
          format,
          config: { ...everything, requests: true },
          imports: [
            ['{ embedMany, generateText, streamText, ToolLoopAgent }', 'ai'],
            ['{ createOpenAICompatible }', '@ai-sdk/openai-compatible'],
            ['{ createServer }', 'node:http'],
          ],
          body: `
            globalThis.AI_SDK_LOG_WARNINGS = false
            const mine = createOpenAICompatible({ name: 'mine', baseURL: '${server.url}/v1', includeUsage: true })
            const prompt = 'private'
            const agent = new ToolLoopAgent({ model: mine('large') })
            const read = async ({ textStream }) => { for await (const _ of textStream) ; }
            const ways = [${Object.values(ways).map((way) => `() => ${way}`)}]
            const own = createServer(async (request, response) => {
              await ways[Number(request.url.slice(1))]()
              response.end('done')
            })
            await new Promise((resolve) => own.listen(0, '127.0.0.1', resolve))
            const ask = (i) => fetch('http://127.0.0.1:' + own.address().port + '/' + i, {
              headers: { traceparent: '00-' + String(i + 1).padStart(32, '0') + '-00f067aa0ba902b7-01' },
            }).then((response) => response.text())
            const all = await Promise.all(Array.from({ length: 4 * ways.length }, (_, i) => ask(i % ways.length)))
            print(all.every((text) => text === 'done'))
            own.close()
            own.closeAllConnections()`,
        })
      })
      after(() => server.close())

      for (const [i, name] of names.entries())
        it(`has what the model does for ${name} below the call of it`, () => {
          const records = outcome.records.filter(({ trace_id }) => Number(trace_id) === i + 1)
          const [outer, inner] = ['ai', 'ai-sdk-openai-compatible'].map((library) =>
            records.filter((record) => record.library === library),
          )

          assert.deepEqual([outer?.length, inner?.length], [4, 4], outcome.stderr)
          const served = records.filter(({ kind }) => kind === 'http')
          assert.deepEqual(new Set(served.map(({ parent_id }) => parent_id)), new Set(['00f067aa0ba902b7']))
          assert.deepEqual(outer?.map(({ parent_id }) => parent_id).sort(), served.map(({ span_id }) => span_id).sort())
          assert.deepEqual(inner?.map(({ parent_id }) => parent_id).sort(), outer?.map(({ span_id }) => span_id).sort())
        })

      it('changes nothing that the application sees', () => {
        assert.deepEqual([outcome.printed, outcome.stderr, outcome.code], [[true], '', 0])
      })
    })
