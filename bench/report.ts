import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf, serviceRun } from '../test/support/records.ts'
import { environment, root, runNode, withFiles } from './folder.ts'
import type { Row } from './stats.ts'

/** Of the process that reads, whatever the size of the file. */
const mostMb = 200

/** Says how much memory the process had at most. */
const preload = `process.on('exit', () => console.error('maxRSS ' + process.resourceUsage().maxRSS * 1024))`

/** `report` on a file of 1 GB: the memory of its process, and how fast it reads. */
export function report(quick: boolean): Row[] {
  const bytes = quick ? 50e6 : 1e9
  return withFiles({ 'preload.mjs': preload }, (folder) => {
    const records = writeRun(join(folder, 'profile.jsonl'), bytes)
    const cli = join(root, 'dist', 'chunk', 'cli.cjs')
    const args = ['--import', './preload.mjs', cli, 'report', 'profile.jsonl', '--json']
    const since = performance.now()
    const { stdout, stderr } = runNode(process.execPath, args, folder, environment, 600_000)
    const seconds = (performance.now() - since) / 1000

    const read = JSON.parse(stdout).records
    if (read !== records) throw new Error(`report read ${read} of ${records} records`)
    const mb = Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1e6
    return [
      {
        what: `report: ${(bytes / 1e6).toLocaleString('en')} MB, ${records.toLocaleString('en')} records in requests`,
        node: process.versions.node.split('.', 1)[0] ?? '',
        reach: `≤ ${mostMb} MB`,
        measured: `${mb.toFixed(0)} MB at most, in ${seconds.toFixed(1)} s`,
        verdict: mb <= mostMb ? 'met' : `missed by ${(mb - mostMb).toFixed(0)} MB`,
      },
    ]
  })
}

/** Writes the same run again and again, one after the other in time; gives the number of records. */
function writeRun(file: string, bytes: number): number {
  const run = serviceRun(600)
  const fd = openSync(file, 'w')
  let [written, records] = [0, 0]
  for (let round = 0; written < bytes; round++) {
    const id = round.toString(16).padStart(8, '0')
    const again = run.map((record) => ({
      ...record,
      timestamp: Math.round((record.timestamp + round * 2400) * 1000) / 1000,
      trace_id: id + record.trace_id?.slice(8),
    }))
    written += writeSync(fd, linesOf(again))
    records += again.length
  }
  closeSync(fd)
  return records
}
