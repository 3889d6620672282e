import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { kinds } from '../cli/report/kinds.ts'
import type { Finding } from '../cli/report/model.ts'
import { findingText } from '../cli/report/text.ts'
import { createStyle } from '../cli/style.ts'
import { healthy, sick } from '../test/sick/cases.ts'
import { findingsIn } from '../test/sick/judge.ts'
import { code, fill } from './table.ts'

/** docs/findings.md: the prose of build/findings.template.md with a real example of each, of the services in test/sick. */
export const findingsPage = (root: string): string =>
  fill(readFileSync(resolve(root, 'build/findings.template.md'), 'utf8'), { examples: examples(root) })

function examples(root: string): string {
  const services = { ...sick, ...healthy }
  const found = readdirSync(resolve(root, 'test/sick/records')).map((file) => {
    const text = gunzipSync(readFileSync(resolve(root, 'test/sick/records', file))).toString()
    return findingsIn(text, services[file.replace('.jsonl.gz', '')])
  })
  return Object.keys(kinds)
    .map((kind) => {
      const finding = found.map(([first]) => first).find((first) => first?.kind === kind) ?? anyOf(found, kind)
      if (finding === undefined) throw new Error(`no service in test/sick/records has ${kind}`)
      return `### ${code(kind)}\n\n\`\`\`text\n${findingText(finding, 0, 100, createStyle({}, false)).join('\n')}\n\`\`\``
    })
    .join('\n\n')
}

const anyOf = (found: readonly (readonly Finding[])[], kind: string) => found.flat().find((one) => one.kind === kind)
