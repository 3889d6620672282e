// Runs the services and keeps what they recorded, for the unit tests: `npm run build && node dist/test/sick/record.js [NAME…]`.
// On a machine that is at rest, since fixtures are to show the services and not the machine.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from '../support/application.ts'
import { healthy, sick } from './cases.ts'
import { faultsOf, findingsIn } from './judge.ts'
import { recordsOf } from './service.ts'

const words = process.argv.slice(2)
const folder = join(root, 'test', 'sick', 'records')
mkdirSync(folder, { recursive: true })
for (const [name, one] of Object.entries({ ...sick, ...healthy })) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue
  // Whose machine it was is nobody's business.
  const text = (await recordsOf(one)).replace(/"host":"[^"]*"/g, '"host":"host"')
  const findings = findingsIn(text, one)
  const faults = faultsOf(one, findings)
  const found = findings.map(({ kind, library, share }) => `${kind} ${library} ${share}`)
  console.log(faults.length === 0 ? 'ok ' : 'BAD', name, found.join(' | '), faults.join(', '))
  if (faults.length === 0 || process.env.FORCE)
    writeFileSync(join(folder, `${name}.jsonl.gz`), gzipSync(text, { level: 9 }))
}
process.exit()
