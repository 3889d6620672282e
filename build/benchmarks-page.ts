import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Option } from '../agent/config/option.ts'
import { adapters } from '../cli/bench/adapters/names.ts'
import { loadOptions, options, workloadOptions } from '../cli/bench/config/options.ts'
import { generatedOptions } from '../cli/bench/config/workload.ts'
import { defaultOf, valuesOf } from './options-page.ts'
import { code, fill, table } from './table.ts'

/** docs/benchmarks.md: the prose of build/benchmarks.template.md with the tables that the options of a bench.yml give. */
export function benchmarksPage(root: string): string {
  const tables = {
    options: tableOf(options),
    load: tableOf(loadOptions, 'load.'),
    workload: tableOf(workloadOptions, 'workload.'),
    generated: tableOf(generatedOptions),
    adapters: adapterTables(),
  }
  return fill(readFileSync(resolve(root, 'build/benchmarks.template.md'), 'utf8'), tables)
}

type Options = Readonly<Record<string, Option<unknown>>>

const tableOf = (group: Options, prefix = '') =>
  table(
    ['Option', 'Values', 'Default', 'Meaning'],
    Object.entries(group).map(([key, option]) => [
      code(prefix + key),
      valuesOf(option),
      defaultOf(option),
      option.text,
    ]),
  )

function adapterTables(): string {
  return Object.entries(adapters)
    .map(([name, adapter]) => {
      const defaults = Object.fromEntries(
        Object.entries(adapter.settings).map(([key, option]) => [key, option.default]),
      )
      const install = adapter
        .packages(defaults as never)
        .map(code)
        .join(' and ')
      const kind = adapter.kind === 'store' ? 'A store' : 'An embedding provider'
      const metrics =
        adapter.kind === 'store' && adapter.metrics ? `; ${adapter.metrics.map(code).join(' and ')} only` : ''
      return `### ${name}\n\n${kind}. Needs ${install}${metrics}.\n\n${tableOf(adapter.settings)}`
    })
    .join('\n\n')
}
