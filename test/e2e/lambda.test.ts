import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { api, everything, folderFor, register, root, sets } from '../support/application.ts'
import { type LambdaServer, lambdaServer } from '../support/lambda-server.ts'
import { type OtlpServer, otlpServer } from '../support/otlp-server.ts'

const ric = join(root, 'test/packages/lambda/node_modules/aws-lambda-ric')
/** The real one is compiled when it is installed; the other is its loop, and its addon in JavaScript. */
const runtimes = [
  {
    name: "Lambda's runtime",
    files: {},
    args: [join(ric, 'index.mjs')],
    skip: !existsSync(join(ric, 'rapid-client.node')) && 'aws-lambda-ric is not installed: npm run test:all',
  },
  {
    name: 'a runtime of its loop',
    files: {
      'rapid-client.node': '',
      'preload.mjs': `
        import { request } from 'node:http'
        const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
        const ask = (method, path, body) => new Promise((resolve, reject) => {
          request({ host, port, method, path: '/2018-06-01/runtime/invocation/' + path }, (response) => {
            let bodyJson = ''
            response.setEncoding('utf8').on('data', (text) => (bodyJson += text))
            response.on('end', () => resolve({ bodyJson, headers: response.headers }))
          }).on('error', reject).end(body)
        })
        const { dlopen } = process
        process.dlopen = (module, file, ...flags) => {
          if (!file.endsWith('rapid-client.node')) return dlopen.call(process, module, file, ...flags)
          module.exports = { next: () => ask('GET', 'next'), done: (id, body) => ask('POST', id + '/response', body) }
        }`,
      'runtime.cjs': `
        const client = require('./rapid-client.node')
        import('./app.mjs').then(async ({ handler }) => {
          for (;;) {
            const { headers, bodyJson } = await client.next()
            await client.done(headers['lambda-runtime-aws-request-id'], JSON.stringify(await handler(JSON.parse(bodyJson))))
          }
        })`,
    },
    args: ['--import', './preload.mjs', 'runtime.cjs'],
    skip: false,
  },
]
const app = `
  import { profile } from ${JSON.stringify(pathToFileURL(api).href)}
  export const handler = async ({ n }) => {
    await profile('llm.generate', { model: 'm', input_tokens: n }, async () => n)
    return { n }
  }`
const skipped = process.platform === 'win32' && 'no SIGSTOP'

for (const { name, files, args, skip } of runtimes)
  describe(`under ${name}`, { skip: skip || skipped }, () => {
    const started = async (
      config: object,
      env: Readonly<Record<string, string>>,
      test: (lambda: LambdaServer, folder: string) => Promise<void>,
    ) => {
      const folder = folderFor(sets[0] === 'current' ? 'current' : 'oldest')
      const all: Record<string, string> = { ...files, 'app.mjs': app }
      all['crossbridge.yml'] = JSON.stringify({ runtime: { profiling: { ...everything, ...config } } })
      for (const [file, text] of Object.entries(all)) writeFileSync(join(folder, file), text)
      const [preload, ...rest] = args.length > 1 ? [args.slice(0, 2), ...args.slice(2)] : [[], ...args]
      const lambda = await lambdaServer([...(preload as string[]), '--import', register, ...(rest as string[])], {
        cwd: folder,
        env,
      })
      try {
        await lambda.asked()
        await test(lambda, folder)
      } finally {
        await lambda.remove()
        rmSync(folder, { recursive: true, force: true })
      }
    }
    const tokensAt = (collector: OtlpServer) =>
      collector.spans().map(({ attributes }) => {
        const found = attributes.find(({ key }: { key: string }) => key === 'gen_ai.usage.input_tokens')
        return Number(found?.value.int)
      })
    /** `endpoint` is one of a collector; spans would wait for an hour. */
    const otlp = (url: string) => ({ output: { type: 'otlp', endpoint: url } })
    const slowly = { OTEL_BSP_SCHEDULE_DELAY: '3600000', OTEL_METRIC_EXPORT_INTERVAL: '3600000' }

    it("each invocation's spans and totals are at the collector when the process is frozen", async () => {
      const collector = await otlpServer()
      const env = { ...slowly, OTEL_EXPORTER_OTLP_TIMEOUT: '30000' }
      try {
        await started(otlp(collector.url), env, async (lambda) => {
          for (let n = 1; n <= 3; n++) {
            lambda.invoke({ n })
            await lambda.asked()

            assert.deepEqual(lambda.answers.at(-1), { n })
            assert.deepEqual(
              tokensAt(collector),
              Array.from({ length: n }, (_, i) => i + 1),
            )
            assert.equal(Number(collector.points('gen_ai.client.operation.duration')[0]?.count), n)
          }
          assert.deepEqual(collector.paths.length, 6)
        })
      } finally {
        await collector.close()
      }
    })

    it('a collector that does not answer is waited for as long as it may, and that is reported once', async () => {
      const collector = await otlpServer(() => undefined)
      const env = { ...slowly, OTEL_EXPORTER_OTLP_TIMEOUT: '200' }
      try {
        await started(otlp(collector.url), env, async (lambda) => {
          for (let n = 1; n <= 3; n++) {
            lambda.invoke({ n })
            await lambda.asked()
          }

          assert.deepEqual(lambda.answers, [{ n: 1 }, { n: 2 }, { n: 3 }])
          assert.equal(
            lambda.said().match(/at an invocation's end the collector did not take all within 200 ms/g)?.length,
            1,
          )
        })
      } finally {
        await collector.close()
      }
    })

    it("the next invocation is asked for before this one's deadline, whatever the collector does", async () => {
      const collector = await otlpServer(() => undefined)
      // Were it waited for, the test would hang.
      const env = { ...slowly, OTEL_EXPORTER_OTLP_TIMEOUT: '3600000' }
      try {
        await started(otlp(collector.url), env, async (lambda) => {
          lambda.invoke({ n: 1 }, 400)
          await lambda.asked()

          assert.deepEqual(lambda.answers, [{ n: 1 }])
        })
      } finally {
        await collector.close()
      }
    })

    it('records that a file gathers are written when the process is frozen', async () => {
      const output = { type: 'file', path: './profile.jsonl', buffer_ms: 10_000 }
      await started({ output }, {}, async (lambda, folder) => {
        lambda.invoke({ n: 7 })
        await lambda.asked()

        assert.match(readFileSync(join(folder, 'profile.jsonl'), 'utf8'), /"input_tokens":7/)
      })
    })
  })
