import { type Terminal, UsageError } from '../command.ts'
import { createStyle } from '../style.ts'
import { compare } from './compare.ts'
import { brokenBy, parseLimit, sentenceOf } from './limit.ts'
import { type Side, sidesOf, type Test } from './tests.ts'
import type { Counted, TestsDiff } from './tests-diff.ts'
import { testsDiffMarkdown, testsDiffText } from './tests-text.ts'

interface Words {
  readonly json?: boolean
  readonly md?: boolean
  readonly 'no-rotated'?: boolean
  readonly 'fail-on'?: readonly string[]
  readonly [other: string]: unknown
}

const taken = ['by', 'json', 'md', 'no-rotated', 'fail-on']

/** `diff --by test`. Gives the exit code. */
export async function diffByTest(words: Words, files: readonly string[], terminal: Terminal): Promise<number> {
  const others = Object.keys(words).filter((key) => words[key] !== undefined && !taken.includes(key))
  if (others.length > 0)
    throw new UsageError(`diff --by test takes no ${others.map((key) => `--${key}`).join(' and ')}; leave it out`)
  const [first, second, ...more] = files
  if (first === undefined || more.length > 0)
    throw new UsageError(`diff --by test takes two files, or one with several runs; ${files.length} were given`)
  const limits = (words['fail-on'] ?? []).map(limitOf)
  const [before, after] = await sidesOf([first, second], terminal.cwd, !words['no-rotated'])
  const made = compared(before, after)
  const broken = limits.flatMap((broken) => broken(made))
  const report: TestsDiff = { ...made, broken }
  if (words.json) terminal.out(`${JSON.stringify(report, undefined, 2)}\n`)
  else if (words.md) terminal.out(testsDiffMarkdown(report))
  else terminal.out(testsDiffText(report, createStyle(terminal.env, terminal.outIsTty)))
  return broken.length > 0 ? 1 : 0
}

type Compared = Omit<TestsDiff, 'broken'>

function compared(before: Side, after: Side): Compared {
  const both = [...before.tests.values()].flatMap((was) => {
    const is = after.tests.get(was.id)
    return is === undefined ? [] : [[was, is] as const]
  })
  if (both.length === 0)
    throw new UsageError(`${before.name} and ${after.name} have no test in common; are they runs of one project?`)
  const { pairs } = compare(
    both.map(([was]) => runOf(was)).filter(hasPassed),
    both.map(([, is]) => runOf(is)).filter(hasPassed),
  )
  const only = (one: Side, other: Side) =>
    [...one.tests.values()].filter(({ id }) => !other.tests.has(id)).map(({ label }) => label)
  const shown = ({ name, runs, tests }: Side) => ({ name, runs, tests: tests.size })
  return {
    ...{ version: 1, by: 'test', before: shown(before), after: shown(after) },
    statuses: both.flatMap(([was, is]) => {
      const [old, now] = [statusOf(was), statusOf(is)]
      return old === now ? [] : [{ test_id: is.id, label: is.label, before: old, after: now }]
    }),
    counted: both
      .flatMap(([was, is]) => (['calls', 'tokens'] as const).flatMap((figure) => countedOf(was, is, figure)))
      .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before)),
    durations: pairs.map((pair) => ({ ...pair, name: after.tests.get(pair.name)?.label ?? pair.name })),
    only_before: only(before, after),
    only_after: only(after, before),
  }
}

/** By its id: several tests may have one label. */
const runOf = ({ id, library, runs }: Test) => ({
  name: id,
  library,
  blocks: runs.map(({ block }) => block).filter(({ records }) => records > 0),
})
const hasPassed = ({ blocks }: ReturnType<typeof runOf>) => blocks.length > 0
const statusOf = ({ runs }: Test) => runs.at(-1)?.status ?? ''

function countedOf(was: Test, is: Test, figure: Counted['figure']): Counted[] {
  const [before = 0, after = 0] = [was.runs.at(-1)?.[figure], is.runs.at(-1)?.[figure]]
  return before === after ? [] : [{ test_id: is.id, label: is.label, figure, before, after }]
}

/** Reads a limit; gives what says where it is broken. */
function limitOf(text: string): (made: Compared) => string[] {
  const [, figure, most, unit] = /^(calls|tokens):\+?(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  if (figure === undefined) {
    const limit = parseLimit(text)
    return ({ durations }) => brokenBy([limit], durations).map(sentenceOf)
  }
  return ({ counted }) =>
    counted.flatMap((one) => {
      const rise = unit === '%' ? (one.after / one.before - 1) * 100 : one.after - one.before
      if (one.figure !== figure || !(rise > Number(most))) return []
      return [`${one.label}: ${figure} rose from ${one.before} to ${one.after}, more than ${text}`]
    })
}
