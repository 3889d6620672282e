import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { load } from '../agent/config/load.ts'
import { builtIns } from '../build/libraries.ts'
import { root } from './support/application.ts'

const read = (page: string) => readFileSync(join(root, page), 'utf8')

for (const page of ['README.md', 'CHANGELOG.md', 'examples/search-service/crossbridge.yml']) {
  test(`every configuration in ${page} is without a mistake`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'crossbridge-readme-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    // The modules that the examples name.
    mkdirSync(join(folder, 'src'))
    for (const module of ['src/semantic-search.js', 'search.mjs']) writeFileSync(join(folder, module), '')
    const examples = page.endsWith('.yml') ? [read(page)] : fences(read(page), 'yaml')

    const problems = examples.flatMap((yaml, i) => {
      const file = join(folder, `${i}.yml`)
      writeFileSync(file, yaml)
      return load(file, {}, folder).problems
    })

    assert.ok(examples.length > 0)
    assert.deepEqual(problems, [])
  })
}

test('the README has a row for each library', () => {
  const rows = read('README.md').split('\n')

  const missing = builtIns.filter(
    ({ name, module }) => !rows.some((row) => row.startsWith(`| \`${module}\` |`) && row.includes(`| \`${name}\` |`)),
  )

  assert.deepEqual(missing, [])
})

test('the links of the README lead to headings that it has', () => {
  const text = read('README.md')
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading.toLowerCase().replaceAll(' ', '-'),
  )

  const broken = [...text.matchAll(/\]\(#([^)]+)\)/g)].filter(([, link = '']) => !headings.includes(link))

  assert.deepEqual(broken, [])
})

/** What stands in a page's code blocks of one language. */
function fences(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, body = '']) => body)
}
