import { isTestCase, labelOf } from '../../agent/findings/test-label.ts'
import type { ProfileRecord, TestUsage } from '../../agent/model.ts'
import { UsageError } from '../command.ts'
import { close, openInputs } from '../report/files.ts'
import { readRecords } from '../report/read.ts'
import { newSketch } from '../report/timeline.ts'
import type { Block } from './noise.ts'

/** A test in one run. */
interface OfRun {
  /** The times that it passed. */
  readonly block: { -readonly [K in keyof Block]: Block[K] }
  status: string
  calls: number
  tokens: number
}

/** A test in the runs on one side. */
export interface Test {
  readonly id: string
  readonly label: string
  readonly library: string
  /** In the order in which they were written. */
  readonly runs: readonly OfRun[]
}

export interface Side {
  readonly name: string
  readonly runs: number
  readonly tests: ReadonlyMap<string, Test>
}

type Kept = Omit<Test, 'runs'> & { readonly runs: Map<string, OfRun> }

const mostTests = 20_000

/** The two sides of a comparison: two files, or of one the runs before the last one, and that. Throws a `UsageError`. */
export async function sidesOf(
  [first, second]: readonly [string, string | undefined],
  cwd: string,
  rotated: boolean,
): Promise<[Side, Side]> {
  const before = await readTests(first, cwd, rotated)
  if (second !== undefined) {
    const after = await readTests(second, cwd, rotated)
    return [sideOf(first, before), sideOf(second, after)]
  }
  const ids = [...before.lastAt].sort(([, a], [, b]) => a - b).map(([id]) => id)
  const last = ids.at(-1)
  if (last === undefined || ids.length < 2)
    throw new UsageError(`diff --by test takes two files, or one with two runs; ${first} has ${ids.length}`)
  return [
    sideOf(`${first}, the runs before`, before, (run) => run !== last),
    sideOf('the last run', before, (run) => run === last),
  ]
}

type Read = Awaited<ReturnType<typeof readTests>>

function sideOf(name: string, { tests, lastAt }: Read, isMeant: (run: string) => boolean = () => true): Side {
  const found = [...tests.values()].flatMap(({ runs, ...test }): Test[] => {
    const some = [...runs].flatMap(([run, one]) => (isMeant(run) ? [one] : []))
    return some.length === 0 ? [] : [{ ...test, runs: some }]
  })
  return {
    name,
    runs: [...lastAt.keys()].filter(isMeant).length,
    tests: new Map(found.map((test) => [test.id, test])),
  }
}

async function readTests(file: string, cwd: string, rotated: boolean) {
  const tests = new Map<string, Kept>()
  const lastAt = new Map<string, number>()
  const inputs = openInputs([file], cwd, rotated)
  try {
    await readRecords(inputs, (record) => {
      const { test_id: id, run_id: run = '', timestamp } = record
      if (!isTestCase(record) || id === undefined || (!tests.has(id) && tests.size >= mostTests)) return
      lastAt.set(run, Math.max(lastAt.get(run) ?? 0, timestamp))
      const test = tests.get(id) ?? { id, label: labelOf(record), library: record.library, runs: new Map() }
      tests.set(id, test)
      add(test.runs, run, record)
    })
  } finally {
    close(inputs)
  }
  if (tests.size === 0) throw new UsageError(`${file}: no record of a test (docs/tests.md)`)
  return { tests, lastAt }
}

function add(runs: Map<string, OfRun>, run: string, record: ProfileRecord): void {
  const { metadata = {}, duration_ms, calls = 0, usage = [] } = record
  const ofRun = runs.get(run) ?? {
    ...{ block: { sketch: newSketch(), records: 0, errors: 0 }, status: '', calls: 0, tokens: 0 },
  }
  runs.set(run, ofRun)
  ofRun.status = `${metadata.status}`
  ofRun.calls = Math.max(ofRun.calls, calls)
  const sum = (all: number, one: TestUsage) => all + (one.input_tokens ?? 0) + (one.output_tokens ?? 0)
  ofRun.tokens = Math.max(ofRun.tokens, usage.reduce(sum, 0))
  if (ofRun.status !== 'passed') return
  ofRun.block.sketch.accept(duration_ms)
  ofRun.block.records++
}
