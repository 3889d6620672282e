import { existsSync, readFileSync } from 'node:fs'

/** The records of a JSONL file. */
export function readRecords(path) {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map(JSON.parse)
}

/** Lines of a table: one row for each scope of each library. */
export function tableOf(records) {
  const groups = new Map()
  for (const record of records) {
    const key = `${record.name} ${record.library}`
    groups.set(key, [...(groups.get(key) ?? []), record])
  }
  const rows = [...groups.values()].map((group) => {
    const times = group.map(({ duration_ms }) => duration_ms).sort((a, b) => a - b)
    const at = (share) => times[Math.ceil(share * times.length) - 1].toFixed(1)
    const [{ name, library }] = group
    const errors = group.filter(({ error }) => error !== undefined).length
    return [
      name,
      library,
      group.length,
      at(0.5),
      at(0.95),
      at(1),
      errors,
      sum(group, 'input_tokens'),
      sum(group, 'results'),
    ]
  })
  rows.sort(([a], [b]) => a.localeCompare(b))
  const cells = [['scope', 'library', 'calls', 'p50 ms', 'p95 ms', 'max ms', 'errors', 'tokens', 'results'], ...rows]
  const widths = cells[0].map((_, i) => Math.max(...cells.map((row) => String(row[i]).length)))
  return cells.map((row) =>
    row.map((cell, i) => (i < 2 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))).join('  '),
  )
}

const sum = (group, field) => group.reduce((total, { metadata }) => total + (metadata?.[field] ?? 0), 0) || ''
