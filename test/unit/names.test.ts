import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readInstrumentations } from '../../agent/config/custom.ts'
import { parse } from '../../agent/config/document.ts'
import { builtIns } from '../../build/libraries.ts'

it('no name is two of target, library and entry', () => {
  const targets = new Set(
    builtIns.flatMap(({ target, methods }) => [target, ...methods.map((one) => one.target ?? target)]),
  )
  const libraries = builtIns.map(({ name }) => name)

  assert.equal(new Set(libraries).size, libraries.length)
  assert.deepEqual(
    libraries.filter((name) => targets.has(name) || name === 'app'),
    [],
  )
})

it('a built-in says nothing that an entry of the file could not say, functions aside', () => {
  // As JSON has it, which leaves functions out; a table of paths that were all functions stays as an empty one.
  const plain = JSON.parse(JSON.stringify(builtIns))
  const { section } = parse(JSON.stringify({ runtime: { profiling: plain } }), {})
  const problems: string[] = []

  const read = readInstrumentations({
    node: section ?? { kind: 'list', at: 0, items: [] },
    folder: '/',
    at: ({ at }) => String(at),
    problem: (message) => problems.push(message),
    found: () => {},
  })

  assert.deepEqual(problems, [])
  assert.deepEqual(read, plain)
})
