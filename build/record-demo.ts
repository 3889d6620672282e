import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { gzipSync } from 'node:zlib'

/** `npm run demo:record`: the run of the example that `npm start` has just recorded becomes that of `demo`. */
const lines = readFileSync('examples/search-service/data/profiling/profile.jsonl', 'utf8').trimEnd().split('\n')
const text = lines.map((line) => JSON.stringify(withoutHost(JSON.parse(line)))).join('\n')
const odd = [hostname(), process.cwd()].filter((name) => text.includes(JSON.stringify(name).slice(0, -1)))
if (odd.length > 0) throw new Error(`the records name this machine: ${odd}`)
writeFileSync('cli/demo/recorded.jsonl.gz', gzipSync(`${text}\n`, { level: 9 }))

function withoutHost(record: Readonly<Record<string, unknown>>) {
  return record.host === undefined ? record : { ...record, host: 'example' }
}
