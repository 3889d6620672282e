import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { entryShape, methodShape, queueShape, type Shape } from '../agent/config/entry.ts'
import { fileOnly, switches } from '../agent/config/environment.ts'
import { tighteningOf } from '../agent/config/lock.ts'
import type { Option } from '../agent/config/option.ts'
import { eachOption, variable } from '../agent/config/schema.ts'
import { type Union, unions } from '../agent/config/unions.ts'
import { code, fill, table } from './table.ts'

/** docs/options.md: the prose of build/options.template.md with the tables that the schema gives. */
export function optionsPage(root: string): string {
  const tables: Record<string, string> = {
    options: optionTable((group) => !separate.includes(group)),
    output: unionTables('output', unions.output),
    alerts: unionTables('alerts', unions.alerts),
    requests: optionTable((group) => group === 'requests' || group === 'request'),
    system: optionTable((group) => group === 'system'),
    lock: lockTable(),
    environment: table(
      ['Variable', 'Sets', 'Written as'],
      [
        ...eachOption()
          .filter(({ path }) => !fileOnly.includes(path))
          .map(({ path, option }) => [code(variable(path)), code(path), writtenAs(option)]),
        ...Object.entries(switches).map(([name, text]) => [code(name), '', text]),
      ],
    ),
    entry: shapeTable(entryShape),
    method: shapeTable(methodShape),
    queue: shapeTable(queueShape),
  }
  const template = readFileSync(resolve(root, 'build/options.template.md'), 'utf8')

  return fill(template, tables)
}

/** Groups with a section of their own on the page. */
const separate = ['output', 'alerts', 'requests', 'request', 'system']

const optionTable = (isIn: (group: string) => boolean) =>
  tableOf(eachOption().filter(({ path }) => isIn(path.split('.', 1)[0] ?? '')))

const tableOf = (options: ReturnType<typeof eachOption>) =>
  table(
    ['Option', 'Values', 'Default', 'Meaning'],
    options.map(({ path, option }) => [code(path), valuesOf(option), defaultOf(option), option.text]),
  )

/** The types, then a table for each that has options. */
function unionTables(name: string, { type, cases }: Union): string {
  const byType = Object.entries(cases).map(([key, group]) => [key, eachOption(group, `${name}.`)] as const)
  return [
    tableOf([{ path: `${name}.type`, option: type }]),
    ...byType.flatMap(([key, options]) =>
      options.length === 0 ? [] : [`With ${code(`type: ${key}`)}:`, tableOf(options)],
    ),
  ].join('\n\n')
}

/** The ways in which a variable may tighten, each with its options. */
function lockTable(): string {
  const options = new Map<string, string[]>()
  for (const { path, option } of eachOption()) {
    const may = tighteningOf(option)?.may
    if (may !== undefined) options.set(may, [...(options.get(may) ?? []), code(path)])
  }
  return table(
    ['A variable may', 'Of the options'],
    [...[...options].map(([may, paths]) => [may, paths.join(', ')]), ['do nothing', 'all others']],
  )
}

function shapeTable(shape: Shape): string {
  return table(
    ['Key', 'Must be', 'Meaning'],
    Object.entries(shape).map(([key, { expected, text, required }]) => [
      `${code(key)}${required ? ' (required)' : ''}`,
      expected,
      text,
    ]),
  )
}

/** The values that an option takes, as a page says them. */
export function valuesOf({ schema, expected }: Option<unknown>): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => code(String(value))).join(', ')
  return schema.type === 'boolean' ? `${code('true')}, ${code('false')}` : expected
}

export function defaultOf({ default: initial, required }: Option<unknown>): string {
  if (required) return 'none, it is needed'
  if (initial === '') return 'empty'
  return code(typeof initial === 'string' ? initial : JSON.stringify(initial))
}

function writtenAs(option: Option<unknown>): string {
  switch (option.schema.type) {
    case 'boolean':
      return '`true`, `false`, `1`, `0`'
    case 'array':
      return '`a,b`'
    case 'object':
      return option.schema.patternProperties === undefined
        ? '`vector_store=200,openai=900`'
        : '`region=eu,tenant=header x-tenant`'
    default:
      return valuesOf(option)
  }
}
