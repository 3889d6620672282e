import type { OutputConfig } from '../../agent/config/unions.ts'
import { counted } from '../format.ts'
import { withAgent } from '../init/tests.ts'
import { type Finding, note, ok, problem } from './finding.ts'
import { checkOutput } from './output.ts'
import type { Project } from './project.ts'

/** Checks what is said of test runs, where they are recorded. */
export function checkTests(project: Project): Finding[] {
  const { config, where } = project.found
  const tests = config.test_execution
  if (!tests.enabled) return []
  const at = (option: string) => where(`test_execution.${option}`) ?? 'the default'
  return [
    ok(`test_execution: tests are recorded, with their calls (${at('enabled')})`),
    ...ofOutput(project, at),
    ...ofBudgets(project, at),
    ...ofScripts(project),
  ]
}

function ofOutput(project: Project, at: (option: string) => string): Finding[] {
  const { output } = project.found.config.test_execution
  if (output.type === 'none')
    return [note(`test_execution.output.type is none (${at('output.type')}), so records of tests go nowhere`)]
  const rotate = { size_mb: 0, age_hours: 0, keep: 0 }
  const options = { ...output, buffer_ms: 0, flush_ms: 0, rotate } as OutputConfig
  return checkOutput(options, (option) => at(`output.${option}`), project).map((one) => ({
    ...one,
    text: `test_execution: ${one.text}`,
  }))
}

/** At the end of a run they are read off what all of its processes have written. */
function ofBudgets({ found }: Project, at: (option: string) => string): Finding[] {
  const { budgets, fail_on_budgets, output, capture } = found.config.test_execution
  if (budgets.length === 0) {
    if (!fail_on_budgets) return []
    return [note(`test_execution.fail_on_budgets (${at('fail_on_budgets')}) has no budgets to fail on`)]
  }
  const isKept = output.type === 'file' || output.type === 'database'
  const path = output.type === 'file' ? output.path : output.database_path
  if (!isKept || path.includes('{') || !capture.test_lifecycle)
    return [
      problem(
        `test_execution.budgets (${at('budgets')}) can't be checked at the end of a run, since nothing keeps its tests for all of its processes`,
        'set test_execution.output.type to database, or to file with a path without {pid}, and leave capture.test_lifecycle true',
      ),
    ]
  const outcome = fail_on_budgets ? 'one that is exceeded fails the run' : 'one that is exceeded is reported'
  return [ok(`test_execution: ${counted(budgets.length, 'budget')}; ${outcome} (${at('budgets')})`)]
}

function ofScripts({ packageJson, env }: Project): Finding[] {
  if (env.NODE_OPTIONS?.includes('@crossbridge/agent') || env.NODE_OPTIONS?.includes('register.mjs')) return []
  return Object.entries(packageJson?.scripts ?? {}).flatMap(([name, line]) => {
    const changed = typeof line === 'string' ? withAgent(line) : undefined
    if (changed === undefined) return []
    if (changed === line) return [ok(`package.json scripts.${name} runs tests with the agent`)]
    return [note(`package.json scripts.${name} runs tests without the agent`, `make it: ${changed}`)]
  })
}
