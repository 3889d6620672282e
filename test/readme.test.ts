import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { load } from '../agent/config/load.ts'
import { builtIns } from '../build/libraries.ts'
import { root } from './support/application.ts'

const read = (page: string) => readFileSync(join(root, page), 'utf8')

for (const page of [
  'README.md',
  'CHANGELOG.md',
  'docs/production.md',
  'docs/cli.md',
  'examples/search-service/crossbridge.yml',
]) {
  test(`every configuration in ${page} is without a mistake`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'crossbridge-readme-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    // The modules that the examples name.
    mkdirSync(join(folder, 'src'))
    for (const module of ['src/semantic-search.js', 'search.mjs']) writeFileSync(join(folder, module), '')
    const examples = page.endsWith('.yml') ? [read(page)] : fences(read(page), 'yaml')

    const problems = examples.flatMap((yaml, i) => {
      const file = join(folder, `${i}.yml`)
      writeFileSync(file, /^runtime:/m.test(yaml) ? yaml : `runtime:\n  profiling:\n${yaml.replaceAll(/^/gm, '    ')}`)
      return load(file, { ALERT_URL: 'https://alerts.example/hook' }, folder).problems
    })

    assert.ok(examples.length > 0)
    assert.deepEqual(problems, [])
  })
}

test('the README names each library, and test/tested.json says what it is tested on', () => {
  const tested = JSON.parse(read('test/tested.json'))
  const text = read('README.md')

  const unnamed = builtIns.filter(({ module }) => !text.includes(`\`${module}\``)).map(({ name }) => name)
  assert.deepEqual(unnamed, [], 'name the packages of these in README.md, under Supported libraries')
  const untested = builtIns.filter(({ name }) => !existsSync(join(root, `test/library/${name}.test.ts`)))
  assert.deepEqual(
    untested.map(({ name }) => name),
    [],
    'write test/library/<name>.test.ts for these',
  )
  const expected = builtIns.map(({ name }) => name).sort()
  assert.deepEqual(Object.keys(tested).sort(), expected, 'say in test/tested.json what each is tested on')
})

for (const page of ['README.md', 'docs/cli.md', 'docs/production.md'])
  test(`the pictures and links of ${page} lead somewhere`, () => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link)

    const broken = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(page), link)))

    assert.deepEqual(broken, [])
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
