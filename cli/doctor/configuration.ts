import type { Config } from '../../agent/config/schema.ts'
import { near } from '../config.ts'
import { type Finding, note, ok, problem, type Section } from './finding.ts'
import { checkOutput } from './output.ts'
import type { Project } from './project.ts'
import { checkTests } from './tests.ts'

/** Checks the configuration, as far as it decides on what is recorded. */
export function checkConfiguration(project: Project): Section {
  const { found, cwd } = project
  const { file, because, notes, problems } = found
  if (file === undefined && problems.length === 0 && found.where('enabled') === undefined) return none(project)

  const from = (path: string) => found.where(path) ?? 'the default'
  const findings: Finding[] = problems.map((message) =>
    notes.includes(message) ? note(message) : problem(message, `correct the configuration: ${message}`),
  )
  const isUnread = problems.some((message) => message.startsWith("the configuration can't be read"))
  if (file !== undefined && !isUnread)
    findings.unshift(ok(`${near(file, cwd)} is read${because === undefined ? '' : `: it is ${because}`}`))
  if (!found.config.enabled) findings.push(...off(project, findings))
  else findings.push(ok(`enabled is true (${from('enabled')})`), ...ofValues(found.config, from))
  if (found.config.enabled) findings.push(...checkOutputs(project), ...checkTests(project))
  return { title: 'Configuration', findings }
}

/** Checks that records get to their destinations. */
export function checkOutputs(project: Project): Finding[] {
  const { config, where } = project.found
  return config.output.flatMap((output, i) =>
    checkOutput(
      output,
      (option) => where(`output.${i}.${option}`) ?? where(`output.${option}`) ?? 'the default',
      project,
    ),
  )
}

function none({ found, cwd }: Project): Section {
  const { above } = found
  const findings =
    above === undefined
      ? [
          problem(
            `there is no crossbridge.yml in ${cwd} or a folder above, so the agent is off`,
            'write one: npx @crossbridge/agent init',
          ),
        ]
      : [
          problem(
            `${above} is not read: it is above the project, since no package.json or .git is there or above; so the agent is off`,
            `move ${above} to ${cwd}, or name it: CROSSBRIDGE_CONFIG=${above}`,
          ),
        ]
  return { title: 'Configuration', findings }
}

function off({ found, cwd }: Project, told: readonly Finding[]): Finding[] {
  const location = found.where('enabled')
  if (location === undefined) {
    // Mistakes of the whole file have been reported.
    if (told.some(({ text }) => /profiling is off$/.test(text))) return []
    return [
      problem(
        'enabled is false (the default), so the agent is off',
        `set enabled: true under runtime.profiling in ${found.file === undefined ? 'crossbridge.yml' : near(found.file, cwd)}`,
      ),
    ]
  }
  const isVariable = location.startsWith('CROSSBRIDGE_')
  const how = isVariable ? `unset ${location}, or set it to true` : `set enabled: true (${location})`
  if (found.config.reload)
    return [note(`enabled is false (${location}); with reload it can be switched on while the application runs`, how)]
  return [problem(`enabled is false (${location}), so the agent is off`, how)]
}

/** The values that decide which calls leave a record. */
function ofValues(config: Config, from: (path: string) => string): Finding[] {
  const { mode, sample_rate, targets, thresholds, max_records_per_minute, limits } = config
  const findings: Finding[] = []
  if (mode === 'full') findings.push(ok(`mode is full: every call is looked at (${from('mode')})`))
  else if (sample_rate === 0)
    findings.push(
      problem(
        `sample_rate is 0 (${from('sample_rate')}), so no call is looked at`,
        `raise sample_rate (${from('sample_rate')}), or set mode: full`,
      ),
    )
  else
    findings.push(
      note(
        `mode is sampling (${from('mode')}): about ${percent(sample_rate)} of the calls are looked at, sample_rate ${sample_rate} (${from('sample_rate')})`,
      ),
    )
  findings.push(
    ok(targets.length === 0 ? 'targets: all' : `targets: ${targets.join(', ')} (${from('targets')})`),
    thresholds.slow_call_ms > 0
      ? note(
          `thresholds.slow_call_ms is ${thresholds.slow_call_ms} (${from('thresholds.slow_call_ms')}): faster calls leave no record`,
        )
      : ok(`thresholds.slow_call_ms is 0 (${from('thresholds.slow_call_ms')}): fast calls are recorded too`),
  )
  for (const [name, ms] of Object.entries(thresholds.by_target))
    findings.push(note(`thresholds.by_target: ${name} ${ms} ms (${from('thresholds.by_target')})`))
  findings.push(
    ok(`at most ${max_records_per_minute} records a minute for each thread (${from('max_records_per_minute')})`),
  )
  if (limits.self_cpu_percent > 0)
    findings.push(
      ok(`at most ${limits.self_cpu_percent} % of a CPU for the agent itself (${from('limits.self_cpu_percent')})`),
    )
  return findings
}

const percent = (rate: number) => `${Number((rate * 100).toPrecision(3))} %`

/** The location of a scope's `slow_call_ms`. */
export function thresholdLocation({ config, where }: Project['found'], scope: string, library: string): string {
  const named = [scope, library, scope.split('.', 1)[0] ?? ''].find((name) =>
    Object.hasOwn(config.thresholds.by_target, name),
  )
  const path = named === undefined ? 'thresholds.slow_call_ms' : 'thresholds.by_target'
  return `${named === undefined ? path : `${path}.${named}`} (${where(path) ?? 'the default'})`
}
