import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The files that a path of the configuration stands for: `{pid}` and `{date}` filled in, and `beside` after it. */
export function familyOf(path: string, beside = ''): string[] {
  const name = basename(path)
    .split(/(\{pid\}|\{date\})/)
    .map((part) => placeholders[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('')
  const pattern = new RegExp(`^${name}${beside}$`)
  try {
    return readdirSync(dirname(path))
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => join(dirname(path), name))
  } catch {
    return []
  }
}

const placeholders: Readonly<Record<string, string>> = { '{pid}': '\\d+', '{date}': '\\d{4}-\\d{2}-\\d{2}' }
