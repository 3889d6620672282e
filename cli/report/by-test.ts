import type { Costs } from '../../agent/output/cost/cost.ts'
import { type Terminal, UsageError } from '../command.ts'
import { createStyle } from '../style.ts'
import { close, openInputs } from './files.ts'
import { readRecords } from './read.ts'
import { createTests } from './tests.ts'
import { testsMarkdown, testsText } from './tests-text.ts'

interface ByTest {
  readonly named: readonly string[]
  readonly rotated: boolean
  readonly costs: Costs | undefined
  /** Rows of each table. */
  readonly most: number
  readonly as: 'text' | 'json' | 'markdown'
}

/** `report --by test`. */
export async function reportByTest({ named, rotated, costs, most, as }: ByTest, terminal: Terminal): Promise<number> {
  const inputs = openInputs(named, terminal.cwd, rotated)
  const tests = createTests(costs)
  try {
    await readRecords(inputs, tests.add)
  } finally {
    close(inputs)
  }
  const made = tests.end(inputs.map(({ name }) => name))
  if (made.tests.length === 0)
    throw new UsageError(
      `${named.join(', ')}: no record of a test; test_execution.enabled: true in crossbridge.yml, beside enabled: true, makes them (docs/tests.md)`,
    )
  if (as === 'json') terminal.out(`${JSON.stringify(made, undefined, 2)}\n`)
  else terminal.out(as === 'markdown' ? testsMarkdown(made, most) : testsText(made, most, styleOf(terminal)))
  return 0
}

const styleOf = ({ env, outIsTty }: Terminal) => createStyle(env, outIsTty)
