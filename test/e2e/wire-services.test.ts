import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { wires } from '../../instrumentations/wire/services.ts'
import { everything, type Outcome, run } from '../support/application.ts'
import { json, type Loopback, listen } from '../support/openai-server.ts'
import { wireCases } from '../support/wire-cases.ts'

const services = new Map<string, Loopback>()
let outcome: Outcome
/** Each service at a port of its own; the cases are asked one after the other, so records stand in their order. */
before(async () => {
  let answer: { readonly body: unknown; readonly status: number } | undefined
  for (const { name } of wires)
    services.set(
      name,
      await listen((request, _, response) => {
        const { answer: body, status } = wireCases[Number(request.headers['x-case'])] ?? {}
        answer = { body, status: status ?? 200 }
        json(response, answer.body, answer.status)
      }),
    )
  const asked = wireCases.map(({ service, request, body }) => {
    const [method, path] = request.split(' ')
    return {
      url: `${services.get(service)?.url}${path}`,
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
  })
  const hosts = [...services].map(([name, { url }]) => [name, [new URL(url).host]])
  outcome = await run({
    files: { 'asked.json': JSON.stringify(asked) },
    imports: [['fs', 'node:fs']],
    body: `
      const asked = JSON.parse(fs.readFileSync('asked.json', 'utf8'))
      for (const [i, { url, ...init }] of asked.entries()) {
        const headers = { 'content-type': 'application/json', 'x-case': String(i) }
        await (await fetch(url, { ...init, headers })).json()
      }`,
    config: { ...everything, wire_hosts: Object.fromEntries(hosts) },
  })
})
after(() => Promise.all([...services.values()].map((service) => service.close())))

describe('a request to a service, by fetch', () => {
  it('is asked of each that there is', () => {
    assert.deepEqual(
      [...new Set(wireCases.map(({ service }) => service))],
      wires.map(({ name }) => name),
    )
    assert.equal(outcome.code, 0, outcome.stderr)
    assert.equal(outcome.records.length, wireCases.length, outcome.stderr)
    assert.doesNotMatch(JSON.stringify(outcome.records), /private/)
  })

  for (const [i, { service, request, scope, metadata, error }] of wireCases.entries())
    it(`is recorded with what ${service} was asked and answered: ${request}`, () => {
      const { name, library, seen, metadata: said = {}, error: failed } = outcome.records[i] ?? {}

      assert.deepEqual([name, library, seen], [scope, service, 'wire'])
      assert.deepEqual(said, metadata)
      assert.equal(failed !== undefined, error !== undefined)
    })
})
