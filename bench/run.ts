// `npm run bench [-- start calls outputs clients process recorder soak report tests] [--quick]`: what the agent costs, as a
// Markdown table, from one run. `npm run bench peers [-- --rounds 12]`: what other tools cost beside it.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { calls } from './calls.ts'
import { clients } from './clients.ts'
import { nodes } from './folder.ts'
import { outputs } from './outputs.ts'
import { peers } from './peers/measure.ts'
import { processCost } from './process.ts'
import { recorder } from './recorder.ts'
import { report } from './report.ts'
import { soak } from './soak.ts'
import { startUp } from './startup.ts'
import { type Row, table } from './stats.ts'
import { tests } from './tests.ts'

const parts: Record<string, (quick: boolean) => readonly Row[] | Promise<readonly Row[]>> = {
  start: startUp,
  calls,
  outputs,
  clients,
  process: processCost,
  recorder,
  soak,
  report,
  tests,
}
const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string', default: '12' } },
})
const { quick } = values
if (named.includes('peers')) {
  await peers(Number(values.rounds))
  process.exit()
}
const unknown = named.filter((word) => !Object.hasOwn(parts, word))
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: not a part of the bench; known are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
const chosen = Object.entries(parts).filter(([name]) => named.length === 0 || named.includes(name))

for (const major of [20, 24]) {
  if (!nodes.some((node) => node.major === major)) console.error(`Node ${major}: skipped, it is not here`)
}
const rows: Row[] = []
for (const [name, part] of chosen) {
  console.error(`measuring ${name}…`)
  rows.push(...(await part(quick)))
}
console.log(`
Shuffled, interleaved pairs of one run: median [quartiles] of the differences, or median (95 % interval).
${cpus().length} × ${cpus()[0]?.model ?? process.arch}, ${process.platform}${quick ? '; --quick, so these figures say little' : ''}

${table(rows)}`)
