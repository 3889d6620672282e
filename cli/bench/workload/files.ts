import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Item, Query, Workload } from '../model.ts'

/** One file must be read as a whole. */
const itemsInFile = 20_000

/** Writes documents and queries for the processes that run variants. */
export function writeWorkload(folder: string, { documents, queries }: Workload): void {
  write(folder, 'documents', documents)
  write(folder, 'queries', queries)
}

export const documentsIn = (folder: string, most?: number): Item[] => read(folder, 'documents', most)
export const queriesIn = (folder: string): Query[] => read(folder, 'queries')

function write(folder: string, name: string, items: readonly Item[]): void {
  for (let at = 0; at < items.length; at += itemsInFile)
    writeFileSync(fileOf(folder, name, at), serialize(items.slice(at, at + itemsInFile)), { mode: 0o600 })
}

function read(folder: string, name: string, most = Infinity): Item[] {
  const items: Item[] = []
  for (let at = 0; at < most && existsSync(fileOf(folder, name, at)); at += itemsInFile)
    for (const item of deserialize(readFileSync(fileOf(folder, name, at))) as Item[]) items.push(item)
  return items
}

const fileOf = (folder: string, name: string, at: number) => join(folder, `${name}-${at}.bin`)
