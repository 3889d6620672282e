import { namesIn } from '../methods.ts'
import { whyNoWay } from './entry-field.ts'
import { textOf } from './node.ts'
import type { Field } from './option.ts'

const operation = /^[A-Za-z_][\w.-]*$/

/** Names with spaces between, or a map of names to operations. */
export function manages(text: string): Field<string | Readonly<Record<string, string>>> {
  return {
    text,
    expected: 'names with spaces between, such as createIndex dropIndex, or a map of names to operations',
    read: (node) => {
      if (node.kind === 'map' && node.entries.length > 0) {
        const wrong = node.entries.find(({ key, value }) => !isName(key) || !operation.test(textOf(value) ?? ''))
        if (wrong !== undefined) return { wrong: wrong.value }
        return { value: Object.fromEntries(node.entries.map(({ key, value }) => [key, textOf(value) as string])) }
      }
      const names = textOf(node)
      return names !== undefined && namesIn(names).length > 0 && namesIn(names).every(isName)
        ? { value: names }
        : { wrong: node }
    },
    schema: {
      anyOf: [
        { type: 'string', minLength: 1 },
        {
          type: 'object',
          minProperties: 1,
          additionalProperties: { type: 'string', pattern: operation.source.replace('\\w', 'A-Za-z0-9_') },
        },
      ],
    },
  }
}

const isName = (name: string) => whyNoWay(`it.${name}`) === undefined
