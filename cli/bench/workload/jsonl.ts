import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Query } from '../model.ts'
import { createItems, type Kind, wrong } from './items.ts'

/** Reads a line each: `{"id": "1", "text": "…", "vector": […], "relevant": ["7"]}`, the last two where there are. */
export async function readJsonl(file: string, name: string, kind: Kind): Promise<Query[]> {
  const items = createItems(kind)
  const input = createReadStream(file)
  let number = 0
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line
    const location = `${name}:${number}`
    if (text.trim() !== '') items.add(parsed(text, location), location)
  }
  return items.end(name)
}

function parsed(line: string, location: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw wrong(location, 'this line is not JSON; a file of lines (JSONL) has one object on each')
  }
}
