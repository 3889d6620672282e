import { type BudgetReport, budgetMarkdown, budgetText, rowOf } from './budget/print.ts'
import { checkRuns } from './budget/runs.ts'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { near } from './config.ts'
import { costsHere, unpricedNote } from './costs.ts'
import { type Found, findConfig } from './find-config.ts'
import { kept } from './kept.ts'
import { close, openInputs } from './report/files.ts'
import { readRecords } from './report/read.ts'
import { costOf } from './report/tests.ts'
import { createStyle } from './style.ts'

export const budget: Command = {
  summary: 'the tests of a run held against test_execution.budgets; for CI',
  help: `Usage: npx @crossbridge/agent budget [FILE…] [--all] [--json | --md] [--no-rotated]

Holds the records of tests against \`test_execution.budgets\` of the configuration here: what each of the tests that a
pattern names may come to at most. Costs are by \`prices\`. Of a FILE with several runs it takes the last one. Without
FILE it takes where \`test_execution.output\` sends records; - is stdin.

  --all          all runs of the files together
  --json         as JSON
  --md           as Markdown, for a pull request
  --no-rotated   only the files that are named

Ends with 0 where all are within their budgets; with 1 where one is exceeded; with 2 where there is nothing to check.

Example: npx @crossbridge/agent budget
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('budget', args, {
      all: { type: 'boolean' },
      json: { type: 'boolean' },
      md: { type: 'boolean' },
      'no-rotated': { type: 'boolean' },
    })
    if (values.json && values.md) throw new UsageError('budget prints either --json or --md; leave one out')
    const { cwd, env } = terminal
    const found = findConfig(cwd, env)
    checkConfig(found, cwd)
    const named = positionals.length > 0 ? positionals : [configuredFile(found, terminal)]
    const report = await check(named, found, { all: values.all === true, rotated: !values['no-rotated'] }, terminal)
    if (values.json) terminal.out(`${JSON.stringify(report, undefined, 2)}\n`)
    else terminal.out(values.md ? budgetMarkdown(report) : budgetText(report, createStyle(env, terminal.outIsTty)))
    return report.checked.some(({ exceeded }) => exceeded) ? 1 : 0
  },
}

/** A list that is wrong is none, and CI must not take that for well. */
function checkConfig({ file, config, problems }: Found, cwd: string): void {
  const wrong = problems.filter((problem) => problem.startsWith('test_execution.budgets'))
  if (wrong.length > 0) throw new UsageError(wrong.join('; '))
  if (config.test_execution.budgets.length > 0) return
  const where = file === undefined ? 'there is no crossbridge.yml here' : `${near(file, cwd)} has none`
  throw new UsageError(
    `budget needs test_execution.budgets: ${where}; such as budgets: [{ test: "search/**", embed_calls: 3 }] (docs/tests.md)`,
  )
}

function configuredFile({ file, config }: Found, { cwd, err }: Terminal): string {
  const { output } = config.test_execution
  const found = kept(output, cwd)
  if (found === undefined)
    throw new UsageError(
      `budget needs a FILE: test_execution.output.type is ${output.type}; use database or file, or name one`,
    )
  err(`crossbridge: reading ${found.path} (test_execution.output.${found.option} in ${near(file ?? '', cwd)})\n`)
  return found.path
}

interface Asked {
  readonly all: boolean
  readonly rotated: boolean
}

async function check(
  named: readonly string[],
  { config, where }: Found,
  { all, rotated }: Asked,
  terminal: Terminal,
): Promise<BudgetReport> {
  const { budgets } = config.test_execution
  const costs = costsHere(terminal)
  if (costs === undefined && budgets.some(({ cost }) => cost !== undefined))
    throw new UsageError(
      'a budget has a cost, and no price is known: give prices.models, or npm install @pydantic/genai-prices',
    )
  const checking = checkRuns(budgets, all, costs && ((record) => costOf(record, costs)))
  const inputs = openInputs(named, terminal.cwd, rotated)
  try {
    await readRecords(inputs, checking.add)
  } finally {
    close(inputs)
  }
  const { runs, tests, checked } = checking.end()
  if (runs === 0)
    throw new UsageError(
      `${named.join(', ')}: no record of a test; test_execution.enabled: true in crossbridge.yml, beside enabled: true, makes them (docs/tests.md)`,
    )
  const location = (index: number) =>
    where(`test_execution.budgets.${index}`) ?? where('test_execution.budgets') ?? 'the default'
  const others = [...budgets.keys()].filter((index) => !checked.some((one) => one.index === index))
  return {
    ...{ version: 1, files: inputs.map(({ name }) => name), runs, all, tests },
    checked: checked.map((one) => rowOf(one, location(one.index))),
    without_tests: others.map((index) => ({ test: budgets[index]?.test ?? '', location: location(index) })),
    notes: budgets.some(({ cost }) => cost !== undefined) ? unpricedNote(costs) : [],
  }
}
