import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from '@babel/parser'
import { visible } from '../agent/diagnostics.ts'

/**
 * `npm run messages`: the sentences that a person reads (stderr, commands, pages, options), as they stand in the sources,
 * against those that were read for their wording (test/messages.txt). New and vanished ones are named, and the command
 * ends with 1; `-- --accept` writes the list anew, once they were read.
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const accepted = join(root, 'test/messages.txt')

/** The files whose texts reach a person. */
function sources(): string[] {
  const inside = ['agent', 'cli'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  return ['register.mjs', ...inside.filter((name) => /\.tsx?$|\.mjs$/.test(name)).sort()]
}

interface Node {
  readonly type: string
  readonly [field: string]: unknown
}

/** Two words with a space between: what has none is a key, a name or a path. */
const isSentence = (text: string) =>
  /[a-z’')}\]]+[,;:]? [a-z{“‘'`(]*[a-z]{2}/i.test(text.replaceAll('{}', 'x').replace(/<[^>]*>/g, ''))

/** What a node says: a text, a template with `{}` for its values, or several of them added up. */
function textOf(node: Node): string | undefined {
  if (node.type === 'StringLiteral') return node.value as string
  if (node.type === 'TemplateLiteral')
    return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('{}')
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined
  const [left, right] = [textOf(node.left as Node), textOf(node.right as Node)]
  return left === undefined && right === undefined ? undefined : `${left ?? '{}'}${right ?? '{}'}`
}

/** The sentences of a source, in its order; those within a template's values are sentences of their own. */
export const messagesIn = (source: string): string[] =>
  sentencesOf(parse(source, { sourceType: 'module', plugins: ['typescript'] }).program)

function sentencesOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(sentencesOf)
  if (typeof node !== 'object' || node === null || !('type' in node)) return []
  const one = node as Node
  if (/^(Import|Export(All|Named))Declaration$/.test(one.type) && one.source) return []
  const text = textOf(one)
  if (text !== undefined) return [...(isSentence(text) ? [visible(text)] : []), ...valuesOf(one).flatMap(sentencesOf)]
  return Object.entries(one).flatMap(([field, value]) => (field === 'loc' ? [] : sentencesOf(value)))
}

const valuesOf = (node: Node): readonly Node[] =>
  node.type === 'BinaryExpression'
    ? [node.left as Node, node.right as Node].flatMap((side) => (textOf(side) === undefined ? [side] : valuesOf(side)))
    : ((node.expressions ?? []) as Node[])

/** The list: each file with its sentences below it. */
export const messageList = (): string =>
  sources()
    .map((name) => [name, [...new Set(messagesIn(readFileSync(join(root, name), 'utf8')))]] as const)
    .filter(([, messages]) => messages.length > 0)
    .map(([name, messages]) => `${name.replaceAll('\\', '/')}\n${messages.map((text) => `  ${text}\n`).join('')}`)
    .join('\n')

/** The lines that one list has and the other has not, with the file that they are of. */
export function difference(list: string, other: string): string[] {
  const [here, there] = [list, other].map((text) => {
    let file = ''
    return text.split('\n').flatMap((line) => {
      if (!line.startsWith('  ')) file = line
      return line.startsWith('  ') ? [`${file}:${line}`] : []
    })
  }) as [string[], string[]]
  const known = new Set(there)
  return here.filter((line) => !known.has(line))
}

/** The list that was read. */
export const acceptedList = (): string => (existsSync(accepted) ? readFileSync(accepted, 'utf8') : '')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [before, now] = [acceptedList(), messageList()]
  for (const line of difference(now, before)) console.log(`new: ${line}`)
  for (const line of difference(before, now)) console.log(`vanished: ${line}`)
  if (process.argv.includes('--accept')) writeFileSync(accepted, now)
  else process.exitCode = before === now ? 0 : 1
}
