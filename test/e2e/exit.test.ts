import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { api, everything, formats, run } from '../support/application.ts'

const imports = [['{ profile }', api]] as const

describe('how an application ends', () => {
  const ways: Readonly<Record<string, string>> = {
    'by itself': '',
    'with process.exit': 'process.exit(7)',
    'with an exit code': 'process.exitCode = 5',
    'with an uncaught exception': `setTimeout(() => { throw new Error('on purpose') })`,
    'with an unhandled rejection': `Promise.reject(new Error('on purpose'))`,
    'by SIGTERM': `process.kill(process.pid, 'SIGTERM'); await new Promise((resolve) => setTimeout(resolve, 10_000))`,
    'by SIGINT': `process.kill(process.pid, 'SIGINT'); await new Promise((resolve) => setTimeout(resolve, 10_000))`,
    'by SIGKILL': `process.kill(process.pid, 'SIGKILL'); await new Promise((resolve) => setTimeout(resolve, 10_000))`,
    'by process.abort': 'process.abort()',
    'with a SIGTERM listener of its own': `
      process.on('SIGTERM', () => { print('stopping'); process.exit(9) })
      process.kill(process.pid, 'SIGTERM')
      await new Promise((resolve) => setTimeout(resolve, 10_000))`,
  }
  for (const format of formats) {
    for (const [way, end] of Object.entries(ways)) {
      it(`is as without the agent, and nothing emitted is lost: ${way} (${format})`, async () => {
        const body = `for (let i = 0; i < 50; i++) profile('shop.search', { i }, () => i)\n${end}`
        const bare = await run({ format, imports, bare: true, body })
        const outcome = await run({ format, imports, config: everything, body })

        assert.deepEqual([outcome.code, outcome.signal, outcome.printed], [bare.code, bare.signal, bare.printed])
        assert.deepEqual(
          outcome.records.map(({ metadata }) => metadata.i),
          Array.from({ length: 50 }, (_, i) => i),
        )
        assert.doesNotMatch(outcome.stderr, /crossbridge:/)
      })
    }
  }

  it('has no listener for signals or faults that it would not have without the agent', async () => {
    const body = `
      profile('shop.search', () => 1)
      const names = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGPIPE', 'beforeExit', 'uncaughtException', 'uncaughtExceptionMonitor', 'unhandledRejection', 'warning', 'message', 'disconnect']
      print(names.map((name) => process.listenerCount(name)))`
    const bare = await run({ imports, bare: true, body })
    const output = [{ type: 'log' }, { type: 'file', path: './profile.jsonl' }]

    const outcome = await run({ imports, config: { ...everything, level: 'detailed', output }, body })

    assert.deepEqual(outcome.printed, bare.printed)
    assert.equal(outcome.records.length, 1)
  })
})
