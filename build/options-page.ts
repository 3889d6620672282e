import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { entryShape, methodShape, queueShape, type Shape } from '../agent/config/entry.ts'
import { fileOnly, switches } from '../agent/config/environment.ts'
import type { Option } from '../agent/config/option.ts'
import { eachOption, variable } from '../agent/config/schema.ts'
import { code, fill, table } from './table.ts'

/** docs/options.md: the prose of build/options.template.md with the tables that the schema gives. */
export function optionsPage(root: string): string {
  const tables: Record<string, string> = {
    options: optionTable((group) => !ownTable.includes(group)),
    output: optionTable((group) => group === 'output', true),
    alerts: optionTable((group) => group === 'alerts', true),
    requests: optionTable((group) => group === 'requests' || group === 'request'),
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
const ownTable = ['output', 'alerts', 'requests', 'request']

function optionTable(isIn: (group: string) => boolean, withTypes = false): string {
  return table(
    ['Option', ...(withTypes ? ['Types'] : []), 'Values', 'Default', 'Meaning'],
    eachOption()
      .filter(({ path }) => isIn(path.split('.', 1)[0] ?? ''))
      .map(({ path, option }) => [
        code(path),
        ...(withTypes ? [option.types?.map(code).join(', ') ?? 'all'] : []),
        ...[valuesOf(option), defaultOf(option), option.text],
      ]),
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

function valuesOf({ schema, expected }: Option<unknown>): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => code(String(value))).join(', ')
  return schema.type === 'boolean' ? `${code('true')}, ${code('false')}` : expected
}

function defaultOf({ default: initial }: Option<unknown>): string {
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
      return '`vector_store=200,openai=900`'
    default:
      return valuesOf(option)
  }
}
