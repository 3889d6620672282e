import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { WireCall } from '../../../agent/model.ts'
import { compilePoint } from '../../../agent/scope/point.ts'
import { createServices } from '../../../agent/wire/services.ts'
import { builtIns } from '../../../build/libraries.ts'
import { verbs } from '../../../instrumentations/shared/words.ts'
import { wires } from '../../../instrumentations/wire/services.ts'

const counts = { seen: 0 } as never
const told: string[] = []
const servicesOf = (hosts: Readonly<Record<string, readonly string[]>> = {}) =>
  createServices({
    wires,
    hosts,
    compile: (instrumentation, method) =>
      compilePoint(instrumentation, method, {
        ...{ on: true, slow_call_ms: 0, counts, userEntry: false },
        warnOnce: (key) => void told.push(key),
      }),
  }).at

describe('the services that are known by their requests', () => {
  it('are each in the list, named as their files', () => {
    const files = readdirSync(new URL('../../../../instrumentations/wire/', import.meta.url))
      .map((name) => name.replace('.ts', ''))
      .filter((name) => name !== 'services')

    assert.deepEqual(wires.map(({ name }) => name).sort(), files.sort())
  })

  it('name libraries that there are', () => {
    const names = builtIns.map(({ name }) => name)
    const unknown = wires.flatMap(({ libraries }) => Object.keys(libraries)).filter((name) => !names.includes(name))

    assert.deepEqual(unknown, [])
  })

  it('compile, each call with a verb of the words', () => {
    const at = servicesOf(Object.fromEntries(wires.map(({ name }) => [name, [`${name}.test`]])))
    for (const wire of wires) {
      const service = at(`${wire.name}.test`)
      assert.equal(service?.wire, wire)
      for (const { points } of service?.calls ?? [])
        for (const { name } of points) assert.ok(Object.hasOwn(verbs, name.split('.')[1] ?? ''), name)
    }
    assert.deepEqual(told, [])
  })

  it('say no number of a body that is not known', () => {
    const at = servicesOf(Object.fromEntries(wires.map(({ name }) => [name, [`${name}.test`]])))
    const said = wires.flatMap((wire) => {
      const points = at(`${wire.name}.test`)?.calls.flatMap(({ points }) => points) ?? []
      const methods = Object.values<WireCall | readonly WireCall[]>(wire.calls).flat()
      return points.flatMap(({ name, read }, i) => {
        const metadata = read?.({ self: undefined, args: [{ host: 'h', url: 'https://h', params: {}, query: {} }] })
        return Object.entries(methods[i]?.metadata ?? {})
          .filter(([key, word]) => String(word).includes('args.0.body') && metadata?.[key] !== undefined)
          .map(([key]) => `${wire.name} ${name} ${key}: ${metadata?.[key]}`)
      })
    })

    assert.deepEqual(said, [])
  })

  for (const [host, name] of [
    ['api.openai.com', 'openai'],
    ['eu.api.openai.com', 'openai'],
    ['mine.openai.azure.com', 'openai'],
    ['docs-abc123.svc.us-east-1.pinecone.io', 'pinecone'],
    ['bedrock-runtime.eu-central-1.amazonaws.com', 'bedrock'],
    ['europe-west1-aiplatform.googleapis.com', 'google'],
    ['localhost:11434', 'ollama'],
    ['vectors.internal:6333', 'qdrant'],
    ['openai.com.evil.test', undefined],
    ['notapi.openai.com', undefined],
    ['vectors.internal', undefined],
    ['localhost:3000', undefined],
  ] as const)
    it(`${name === undefined ? 'leaves out' : `finds ${name} at`} ${host}`, () => {
      assert.equal(servicesOf({ qdrant: ['vectors.internal:6333'] })(host)?.wire.name, name)
    })
})
