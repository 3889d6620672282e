import { fileURLToPath } from 'node:url'
import { visible } from '../diagnostics.ts'

const longest = 300

/** `search /app/src/search.js:12` of the first frame of a stack trace: who made the call. */
export function callerOf(stackTrace: unknown): string | undefined {
  if (typeof stackTrace !== 'string') return undefined
  const [first = ''] = stackTrace.slice(0, 2000).split('\n', 1)
  const [, name = '', at = ''] = /^\s*at (?:async )?(?:(.+?) \()?(.+?:\d+)(?::\d+)?\)?$/.exec(first) ?? []
  if (at === '' || at.length > longest) return undefined
  return visible(`${name.split(' ')[0] || '(anonymous)'} ${at.startsWith('file:') ? pathOf(at) : at}`)
}

function pathOf(url: string): string {
  const [, before = '', line = ''] = /^(.*)(:\d+)$/.exec(url) ?? []
  try {
    return fileURLToPath(before) + line
  } catch {
    return url
  }
}
