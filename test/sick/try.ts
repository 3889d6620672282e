import { createCollector } from '../../cli/report/collect.ts'
import { createLines } from '../../cli/report/line.ts'
import { healthy, sick } from './cases.ts'
import { recordsOf } from './service.ts'

const words = process.argv.slice(2)
for (const [name, one] of Object.entries({ ...sick, ...healthy })) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue
  try {
    const text = await recordsOf(one)
    if (process.env.SHOW) console.log(text.split('\n').slice(0, Number(process.env.SHOW)).join('\n'))
    const collector = createCollector(0)
    const { line } = createLines(collector.add)
    for (const l of text.split('\n')) line(l)
    const { findings, requestTime } = collector.end()
    const first = findings[0]
    const ok = first?.kind === one.finding && (one.share === undefined || (first !== undefined && first.share >= one.share[0] && first.share <= one.share[1])) && (one.finding !== undefined || findings.length === 0)
    console.log(ok ? 'ok ' : 'BAD', name, JSON.stringify(one.share ?? ''), findings.map((f) => `${f.kind} ${f.library} ${f.collection ?? f.model ?? ''} ${f.share} ${f.p50_ms?.now}->${f.p50_ms?.without}`).join(' | '), requestTime.requests, requestTime.p50_ms)
    if (!ok || process.env.VERBOSE) console.log(JSON.stringify(requestTime.parts), requestTime.outside_calls, findings.map((f) => f.evidence.join('; ')).join('\n   '))
  } catch (error) {
    console.log('ERR', name, (error as Error).message.slice(0, 600))
  }
}
process.exit()
