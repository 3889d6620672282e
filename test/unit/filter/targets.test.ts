import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { drivers, drives } from '../../../agent/drivers.ts'
import { families, isTargeted, unknownTargets } from '../../../agent/filter/targets.ts'
import { manifests } from '../../../agent/library.ts'

describe('targets', () => {
  const search = (...targets: string[]) => isTargeted(targets, 'vector_store.search', 'qdrant')

  it('are all when none is named', () => {
    assert.equal(search(), true)
  })

  it('leave drivers of browsers to test runs, unless one is named', () => {
    const click = (targets: string[], withDrivers = false) =>
      isTargeted(targets, 'driver.click', 'selenium', withDrivers)

    assert.equal(click([]), false)
    assert.equal(click([], true), true)
    assert.equal(click(['driver']), true)
    assert.equal(click(['selenium']), true)
    assert.equal(click(['llm'], true), false)
    assert.equal(isTargeted([], 'driver.click', 'a library of your own'), true)
  })

  it('know each library that drives browsers', () => {
    const found = manifests().flatMap(({ name, target }) => (target === 'driver' ? [name] : []))

    assert.deepEqual(found.sort(), drivers)
  })

  it('have the commands of drivers in test runs that capture them', () => {
    const run = (enabled: boolean, commands: boolean) => drives({ test_execution: { enabled, capture: { commands } } })

    assert.deepEqual([run(true, true), run(true, false), run(false, true), drives({})], [true, false, false, false])
  })

  it('match a target, a scope or a library', () => {
    assert.equal(search('vector_store'), true)
    assert.equal(search('vector_store.search'), true)
    assert.equal(search('qdrant'), true)
    assert.equal(search('openai', 'qdrant'), true)
  })

  it('match a prefix at the dot alone', () => {
    assert.equal(search('vector'), false)
    assert.equal(search('vector_store.sea'), false)
    assert.equal(search('vector_store.'), false)
    assert.equal(search('vector_store.search.inner'), false)
    assert.equal(search('qdrant.search'), false)
    assert.equal(isTargeted(['a.b'], 'a.b.c', 'app'), true)
  })

  it('match a library by the name of its family, which lists all of them', () => {
    const names = manifests().map(({ name }) => name)

    assert.equal(isTargeted(['ai-sdk'], 'llm.generate', 'ai-sdk-google'), true)
    assert.equal(isTargeted(['ai-sdk-google'], 'llm.generate', 'ai-sdk'), false)
    assert.equal(isTargeted(['upstash'], 'vector_store.search', 'upstash-redis'), false)
    assert.deepEqual(families['ai-sdk'], names.filter((name) => name.startsWith('ai-sdk-')).sort())
    for (const name of Object.keys(families)) assert.ok(names.includes(name), name)
  })

  it('that nothing answers to are unknown, with the nearest name', () => {
    const known = ['qdrant', 'vector_store', 'vector_store.search']

    assert.deepEqual(unknownTargets(['vector_stor', 'qdrant', 'zzzzzzzzz', 'jobs'], known, ['jobs.nightly']), [
      { name: 'vector_stor', hint: 'vector_store' },
      { name: 'zzzzzzzzz', hint: undefined },
    ])
  })
})
