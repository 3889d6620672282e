import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readInstrumentations } from '../../agent/config/custom.ts'
import { parse } from '../../agent/config/document.ts'
import { methodsOf } from '../../agent/methods.ts'
import { builtIns } from '../../build/libraries.ts'

it('no name is two of target, library and entry', () => {
  const targets = new Set(
    builtIns.flatMap((library) => [library.target, ...methodsOf(library).map((one) => one.target ?? library.target)]),
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
  // Its methods stand one by one, and `system` is for the conventions' names alone.
  const all = builtIns.map(({ classes, system: _, methods, ...rest }) => ({
    ...rest,
    methods: methodsOf({ ...(classes && { classes }), ...(methods && { methods }) }),
  }))
  for (const library of JSON.parse(JSON.stringify(all))) sayable(entriesOf(library))
})

function sayable(said: Any[]): void {
  // In a file `$$` is a dollar sign.
  const text = JSON.stringify({ runtime: { profiling: said.map(written) } }).replaceAll('$', '$$$$')
  const { section } = parse(text, {})
  const problems: string[] = []

  const read = readInstrumentations({
    node: section ?? { kind: 'list', at: 0, items: [] },
    folder: '/',
    at: ({ at }) => String(at),
    problem: (message) => problems.push(message),
    found: () => {},
  })

  assert.deepEqual(problems, [])
  assert.deepEqual(read, said)
}

// biome-ignore lint/suspicious/noExplicitAny: entries as JSON has them
type Any = any

/** What is in a package of its own is an entry of its own. */
function entriesOf({ queues = [], ...library }: Any): Any[] {
  const { name, target } = library
  const isOwn = ({ module }: Any) => module === undefined
  const own = queues.filter(isOwn)
  const foreign = library.methods.filter((method: Any) => !isOwn(method))
  const others = queues.filter(({ module }: Any) => module !== undefined)
  return [
    { ...library, methods: library.methods.filter(isOwn), ...(own.length > 0 && { queues: own }) },
    ...foreign.map(({ module, ...method }: Any, i: number) => ({
      name: `${name}-${module}-${i}`,
      module,
      target,
      methods: [method],
    })),
    ...others.map(({ module, ...queue }: Any) => ({
      name: `${name}-${module}`,
      module,
      target,
      methods: [],
      queues: [queue],
    })),
  ]
}

/** As the file has it, where a queue stands among the methods. */
const written = ({ queues = [], ...entry }: Any) => ({ ...entry, methods: [...entry.methods, ...queues] })
