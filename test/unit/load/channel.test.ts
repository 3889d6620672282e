import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { subscribe } from '../../../agent/load/channel.ts'
import type { Point, Raw } from '../../../agent/model.ts'

interface Message {
  readonly type: 'call' | 'part'
  readonly id: number
  readonly result?: { readonly stream: string }
}
const unread = { joining: () => () => {}, lose() {} }

describe('a tracing channel', () => {
  it('gives a call the streams of other messages with its id, and loses one that nobody will end', async () => {
    const channel = tracingChannel('test.joins')
    const told: unknown[] = []
    const isCall = ({ args }: Raw) => (args[0] as Message).type === 'call'
    const point = {
      when: isCall,
      joins: { id: ({ args }) => (args[0] as Message).id, stream: ({ args }) => (args[0] as Message).result?.stream },
    } as Partial<Point> as Point
    const calls = {
      begin: (_point: Point, _self: unknown, [message]: ArrayLike<unknown> & Iterable<unknown>) =>
        (message as Message).id,
      end: (id: unknown) => void told.push(`end ${id}`),
      joining: (id: unknown) => (stream: unknown) => void told.push(`${id} ${stream}`),
      lose: (of: Point) => void told.push(of === point),
    }
    const listen = subscribe<unknown>(
      'test.joins',
      () => point,
      calls as never,
      () => {},
      (error) => assert.fail(String(error)),
    )
    const say = (message: Message, events: readonly ('start' | 'asyncEnd')[]) => {
      for (const event of events) channel[event].publish(message)
    }

    listen(true)
    ;(() => {
      const call: Message = { type: 'call', id: 1 }
      say(call, ['start'])
      say({ type: 'part', id: 1, result: { stream: 'one' } }, ['start', 'asyncEnd'])
      say({ type: 'part', id: 2, result: { stream: 'of none' } }, ['start', 'asyncEnd'])
      say(call, ['asyncEnd'])
      say({ type: 'part', id: 1, result: { stream: 'late' } }, ['start', 'asyncEnd'])
      say({ type: 'call', id: 3 }, ['start'])
    })()
    listen(false)
    assert.equal(channel.hasSubscribers, true)
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let i = 0; i < 50 && channel.hasSubscribers; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      collect()
    }

    assert.deepEqual(told, ['1 one', 'end 1', true])
    assert.equal(channel.hasSubscribers, false)
  })

  it('is listened to while on, and to the end of what is under way', async () => {
    const channel = tracingChannel('test.switch')
    const told: string[] = []
    const listen = subscribe<string>(
      'test.switch',
      () => ({}) as Point,
      {
        begin: (_point, _self, args) => {
          const { name } = args[0] as { name: string }
          told.push(`begin ${name}`)
          return name
        },
        ...unread,
        end: (name, result, failed) => void told.push(`end ${name} ${result} ${failed}`),
      },
      () => {},
      (error) => assert.fail(String(error)),
    )
    const call = (name: string) => {
      let answer: (value: number) => void = () => {}
      const done = channel.tracePromise(() => new Promise<number>((resolve) => (answer = resolve)), { name })
      return async () => {
        answer(1)
        await done
      }
    }

    await call('before')()
    assert.equal(channel.hasSubscribers, false)
    listen(true)
    const [first, second, third] = [call('first'), call('second'), call('third')]
    await first()
    listen(false)
    await call('while off')()
    await second()
    assert.equal(channel.hasSubscribers, true)
    await third()
    await Promise.resolve()

    assert.equal(channel.hasSubscribers, false)
    listen(true)
    await call('again')()
    listen(false)
    assert.equal(channel.hasSubscribers, false)
    assert.deepEqual(told, [
      'begin first',
      'begin second',
      'begin third',
      'end first 1 false',
      'end second 1 false',
      'end third 1 false',
      'begin again',
      'end again 1 false',
    ])
  })

  it('has the context of a call around its work alone, whoever else listens', async () => {
    const channel = tracingChannel('test.context')
    const contexts = new AsyncLocalStorage<unknown>()
    const begun: string[] = []
    const listenTo = (name: string) =>
      subscribe<string>(
        'test.context',
        () => ({ when: ({ args }) => (args[0] as { name: string }).name === name }) as Point,
        {
          begin: () => {
            begun.push(name)
            return name
          },
          ...unread,
          end() {},
        },
        () => {},
        (error) => assert.fail(String(error)),
        [{ contexts: () => contexts, contextOf: (scope) => scope }],
      )
    const switches = [listenTo('one'), listenTo('two')]
    const call = (name: string) =>
      channel.tracePromise(
        async () => {
          const before = contexts.getStore()
          await null
          return [before, contexts.getStore()]
        },
        { name },
      )

    for (const listen of switches) listen(true)
    const seen = await contexts.run('around', async () => {
      const calls = [call('one'), call('two'), call('none')]
      return [contexts.getStore(), ...(await Promise.all(calls)), contexts.getStore()]
    })

    assert.deepEqual(seen, ['around', ['one', 'one'], ['two', 'two'], ['around', 'around'], 'around'])
    assert.deepEqual(begun, ['one', 'two'])
    switches[0]?.(false)
    assert.deepEqual(await call('two'), ['two', 'two'])
    switches[1]?.(false)
    assert.equal(channel.hasSubscribers, false)
  })

  it('has each context around the work of a call, also one that there is only later', async () => {
    const channel = tracingChannel('test.contexts')
    const [early, late] = [new AsyncLocalStorage<unknown>(), new AsyncLocalStorage<unknown>()]
    let isThere = false
    let begun = 0
    const listen = subscribe<number>(
      'test.contexts',
      () => ({}) as Point,
      { ...unread, begin: () => ++begun, end() {} },
      () => {},
      (error) => assert.fail(String(error)),
      [
        { contexts: () => early, contextOf: (scope) => `early ${scope}` },
        { contexts: () => (isThere ? late : undefined), contextOf: (scope) => `late ${scope}` },
      ],
    )
    const call = () => channel.tracePromise(async () => [early.getStore(), late.getStore()], {})

    listen(true)
    assert.deepEqual(await call(), ['early 1', undefined])
    isThere = true
    listen(true)
    assert.deepEqual(await call(), ['early 2', 'late 2'])
    listen(false)

    assert.equal(channel.hasSubscribers, false)
    assert.deepEqual(await call(), [undefined, undefined])
  })
})
