import { endsSchema } from '../agent/config/ends.ts'
import { classShape, entryShape, memberShape, methodShape, queueShape, type Shape } from '../agent/config/entry.ts'
import { wordsPattern } from '../agent/config/entry-field.ts'
import { type Group, isOption } from '../agent/config/group.ts'
import type { Option } from '../agent/config/option.ts'
import { schema } from '../agent/config/schema.ts'
import { sectionType, sectionWords } from '../agent/config/unified.ts'
import { mayWait, type Union, unions } from '../agent/config/unions.ts'

type Json = Readonly<Record<string, unknown>>

/** schema.json, for editors: draft-07, which the YAML language server knows best. */
export function jsonSchema(): Json {
  const { output: _, alerts: __, ...plain } = schema
  const options = {
    ...propertiesOf(plain),
    ...Object.fromEntries(sections.map((name) => [name, sectionOf(name)])),
    output: {
      description: 'Where records go: one output as a map, or several as a list.',
      anyOf: [ref('output'), { type: 'array', minItems: 1, items: ref('output') }],
    },
    alerts: {
      description: 'Where a record that passed a threshold goes besides: one as a map, or several as a list.',
      anyOf: [ref('alerts'), { type: 'array', minItems: 1, items: ref('alerts') }],
    },
    instrumentations: {
      description: "The application's own functions to profile.",
      type: 'array',
      items: ref('instrumentation'),
    },
  }
  const profiling = {
    ...options,
    type: { description: "The unified system's word for this section.", enum: [sectionType] },
    runtime: {
      description: 'The same options, in the form of the unified system.',
      ...object({ ...options, type: { enum: [sectionType] } }),
    },
  }

  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'crossbridge.yml',
    description: 'Generated from the schema of @crossbridge/agent by `npm run describe`; do not edit.',
    type: 'object',
    properties: { runtime: { type: 'object', properties: { profiling: object(profiling) } } },
    definitions: {
      output: unionOf(unions.output, schema.output),
      alerts: unionOf(unions.alerts, schema.alerts),
      instrumentation: {
        ...shapeOf(entryShape, { methods: ref('method'), classes: ref('class') }),
        anyOf: [{ required: ['methods'] }, { required: ['classes'] }],
      },
      method: {
        ...shapeOf({ ...methodShape, binds: queueShape.binds }),
        required: [],
        // One shape for both, so that an editor marks the key that is wrong.
        oneOf: [
          ['at', 'scope'],
          ['channel', 'scope'],
          ['at', 'binds'],
        ].map((required) => ({ required })),
      },
      class: {
        ...classOf({ anyOf: [ref('member'), list(ref('member')), { type: 'null' }] }),
        allOf: [
          { anyOf: [{ required: ['methods'] }, { required: ['manages'] }] },
          // Its methods' scope stands beside them, or in each.
          {
            anyOf: [
              { required: ['scope'] },
              { properties: { methods: { additionalProperties: { anyOf: [scoped, list(scoped)] } } } },
            ],
          },
        ],
      },
      // A text is a scope.
      member: { anyOf: [memberShape.scope.schema, shapeOf(memberShape)] },
      ends: endsSchema,
      words: {
        description: 'What to read of a call; see "The words of metadata".',
        type: 'string',
        pattern: `^${wordsPattern}$`,
      },
      substitution: {
        description: 'A value from the environment.',
        type: 'string',
        pattern: '\\$\\{[^}]*\\}',
      },
    },
  }
}

const sections = ['system', 'test_execution', 'benchmarking'] as const

/** A section with the words by which the unified system tells it. */
function sectionOf(name: (typeof sections)[number]): Json {
  const words = Object.entries(sectionWords[name] ?? {}).map(
    ([key, word]) => [key, { description: "The unified system's word for this section.", enum: [word] }] as const,
  )
  return object({ ...Object.fromEntries(words), ...propertiesOf(schema[name]) })
}

/** One shape for each type, so that an editor offers its options alone; all where the type comes from the environment. */
function unionOf({ type, cases }: Union, all: Group): Json {
  const shapes = Object.entries(cases).map(([name, group]) => {
    const isDefault = name === type.default
    const others = Object.keys(all).filter((key) => key !== 'type' && !Object.hasOwn(group, key))
    const waiting = others.filter((key) => mayWait(name, key))
    const texts = others.filter((key) => isText(all[key]) && !waiting.includes(key))
    return {
      title: `type: ${name}`,
      ...object({ type: { enum: [name] }, ...propertiesOf(group) }),
      // Accepted, but not offered.
      patternProperties: { ...named(waiting, {}), ...named(texts, { enum: [''] }) },
      required: [...(isDefault ? [] : ['type']), ...Object.keys(group).filter((key) => group[key]?.required)],
      ...(isDefault && name !== 'none' && { dependencies: Object.fromEntries(waiting.map((key) => [key, ['type']])) }),
    }
  })
  const unknown = { ...object({ ...propertiesOf(all), type: ref('substitution') }), required: ['type'] }
  return { type: 'object', properties: { type: optionOf(type) }, oneOf: [...shapes, unknown] }
}

const isText = (entry: Group[string] | undefined) =>
  entry !== undefined && isOption(entry) && entry.schema.type === 'string'
const named = (keys: readonly string[], by: Json): Json => (keys.length > 0 ? { [`^(${keys.join('|')})$`]: by } : {})

function propertiesOf(group: Group): Json {
  return Object.fromEntries(
    Object.entries(group).map(([key, entry]) => [key, isOption(entry) ? optionOf(entry) : object(propertiesOf(entry))]),
  )
}

function optionOf({ text, schema: shape, default: initial, required }: Option<unknown>): Json {
  const isScalar = shape.type !== 'array' && shape.type !== 'object'
  const isText = shape.type === 'string'
  const accepted = isScalar && !isText ? { anyOf: [shape, ref('substitution')] } : shape
  return { description: text, ...accepted, ...(!required && { default: initial }) }
}

function shapeOf(shape: Shape, items: Json = {}): Json {
  const properties = Object.entries(shape).map(([key, field]) => [
    key,
    { description: field.text, ...field.schema, ...(items[key] ? { items: items[key] } : {}) },
  ])
  const required = Object.keys(shape).filter((key) => shape[key]?.required)
  return { ...object(Object.fromEntries(properties)), required }
}

function classOf(member: Json): Json {
  const { properties, ...rest } = shapeOf(classShape) as { readonly properties: Readonly<Record<string, object>> }
  return { ...rest, properties: { ...properties, methods: { ...properties.methods, additionalProperties: member } } }
}

const scoped = { anyOf: [{ type: 'string' }, { type: 'object', required: ['scope'] }] }
const list = (items: Json) => ({ type: 'array', minItems: 1, items })
const object = (properties: Json) => ({ type: 'object', additionalProperties: false, properties })
const ref = (name: string) => ({ $ref: `#/definitions/${name}` })
