import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { load } from '../agent/config/load.ts'
import { builtIns } from '../build/libraries.ts'
import { root } from './support/application.ts'

const read = (page: string) => readFileSync(join(root, page), 'utf8')

const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs()]

for (const page of [
  // Those of options.md are parts of a file; test/unit/describe.test.ts has them. That of benchmarks.md is a bench.yml.
  ...pages.filter((page) => !/(options|benchmarks)\.md$/.test(page) && fences(read(page), 'yaml').length > 0),
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

test('test/tested.json says of each library what it is tested on', () => {
  const tested = JSON.parse(read('test/tested.json'))

  const untested = builtIns.filter(({ name }) => !existsSync(join(root, `test/library/${name}.test.ts`)))
  assert.deepEqual(
    untested.map(({ name }) => name),
    [],
    'write test/library/<name>.test.ts for these',
  )
  const expected = builtIns.map(({ name }) => name).sort()
  assert.deepEqual(Object.keys(tested).sort(), expected, 'say in test/tested.json what each is tested on')
})

test('the README is read to its end: it has 1,500 words at most, and leads to each page', () => {
  const text = read('README.md')

  const words = text.split(/\s+/).filter((word) => word !== '').length
  assert.ok(words <= 1500, `${words} words`)
  const unlinked = docs().filter((page) => !text.includes(`](${page}`))
  assert.deepEqual(unlinked, [])
})

for (const page of pages)
  test(`the pictures and links of ${page} lead somewhere`, () => {
    const links = [
      ...read(page)
        .replace(/^```.*?^```$/gms, '')
        .matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g),
    ]

    const broken = links.filter(([, path = '', heading]) => {
      if (/^https?:/.test(path)) return false
      const file = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, file))) return true
      return heading !== undefined && !headings(read(file)).includes(heading)
    })

    assert.deepEqual(
      broken.map(([link]) => link),
      [],
    )
  })

test("the pages' commands are those of the command line, with its options", async () => {
  const asked = pages.flatMap((page) =>
    [...read(page).matchAll(/npx @crossbridge\/agent (\w+)([^\n`]*)/g)].map(([line, name = '', rest = '']) => ({
      page,
      line,
      name,
      options: (rest.split(' -- ')[0] ?? '').match(/(?<=\s)--[a-z-]+/g) ?? [],
    })),
  )

  const wrong = asked.filter(({ name, options }) => {
    const { stdout } = spawnSync(process.execPath, [join(root, 'dist/chunk/cli.cjs'), name, '--help'], {
      encoding: 'utf8',
    })
    return (
      !stdout.startsWith(`Usage: npx @crossbridge/agent ${name}`) || options.some((option) => !stdout.includes(option))
    )
  })

  assert.ok(asked.length > 20)
  assert.deepEqual(wrong, [])
})

function docs(): string[] {
  return readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
}

/** As GitHub names their anchors. */
function headings(text: string): string[] {
  return [...text.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** What stands in a page's code blocks of one language. */
function fences(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, body = '']) => body)
}
