import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suggest } from '../../../agent/suggest.ts'
import { UsageError } from '../../command.ts'
import type { Query } from '../model.ts'
import { createItems, type Kind, wrong } from './items.ts'

/** Takes them from `./data.mjs#documents`: an array or an async iterable, or a function that gives one. */
export async function readOwn(words: string, location: string, folder: string, kind: Kind): Promise<Query[]> {
  const hash = words.lastIndexOf('#')
  const [path, name] = hash < 0 ? [words, 'default'] : [words.slice(0, hash), words.slice(hash + 1)]
  const file = resolve(folder, path)
  const exported = await load(file, path, location)
  const value = exported[name]
  if (!Object.hasOwn(exported, name)) {
    const names = Object.keys(exported)
    const [hint] = suggest(name, names)
    const known = hint === undefined ? `it exports ${names.join(', ') || 'nothing'}` : `did you mean #${hint}?`
    throw wrong(location, `${path} has no export ${name}; ${known}`)
  }
  const items = createItems(kind)
  let index = 0
  try {
    const given: unknown = await (typeof value === 'function' ? value() : value)
    if (!isIterable(given))
      throw wrong(location, `${words} must give an array or an async iterable of objects such as {id, text, vector}`)
    for await (const one of given) items.add(one, `${words}[${index++}]`)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw wrong(location, `${words} failed after ${index}: ${firstLine(error)}`)
  }
  return items.end(words)
}

async function load(file: string, path: string, location: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    throw wrong(location, `${path} can't be loaded: ${firstLine(error)}`)
  }
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)

const firstLine = (error: unknown) =>
  (error instanceof Error ? `${error.name}: ${error.message}` : `${error}`).split('\n', 1)[0]
