import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { styleText } from 'node:util'
import { reportOf } from '../../cli/bench/figures/report.ts'
import { markdownOf } from '../../cli/bench/report/markdown.ts'
import { writeResult } from '../../cli/bench/report/result-file.ts'
import { textOf } from '../../cli/bench/report/text.ts'
import { createStyle, widthOf } from '../../cli/style.ts'
import { benchVariants, nasty, resultOf } from '../support/bench.ts'
import { cli } from '../support/cli.ts'
import { golden } from '../support/golden.ts'

const cwd = mkdtempSync(join(tmpdir(), 'crossbridge-bench-'))
after(() => rmSync(cwd, { recursive: true, force: true }))

const loads = [{ kind: 'closed', concurrency: 16 } as const, { kind: 'open', rate: 200 } as const]
const report = reportOf(resultOf({ variants: benchVariants, loads, baseline: 'pgvector' }))
const bare = createStyle({ NO_COLOR: '1' }, false)

describe('the report of a benchmark', () => {
  it('shows a ranked table for each load, what it means, and what was built and failed', () => {
    golden('bench/wide.text', textOf(report, bare, Number.POSITIVE_INFINITY))
  })

  it('keeps to the columns of a terminal, with fewer figures', () => {
    const text = textOf(report, bare, 80)

    golden('bench/narrow.text', text)
    assert.ok(text.split('\n').every((line) => widthOf(line) <= 80))
  })

  it('colours what is faster and slower where somebody looks, at the same width', () => {
    const coloured = textOf(report, createStyle({ TERM: 'xterm' }, true), 80)

    assert.ok(coloured.includes(styleText('green', 'faster', { validateStream: false } as never)))
    assert.deepEqual(coloured.split('\n').map(widthOf), textOf(report, bare, 80).split('\n').map(widthOf))
  })

  it('gives the same for a pull request', () => {
    golden('bench/report.md.text', markdownOf(report))
  })

  it('lets no name be more than a name', () => {
    const hostile = reportOf(resultOf({ variants: { [nasty]: { p50: 1 }, b: { p50: 2, errors: 0.1, what: nasty } } }))
    const [text, markdown] = [textOf(hostile, bare, 80), markdownOf(hostile)]

    for (const char of ['\u202e', '\x1b', '\0']) assert.ok(!`${text}${markdown}`.includes(char))
    assert.ok(!markdown.includes('<img'))
  })

  it('leaves the comparison out where there is no baseline, and says what is not known', () => {
    const alone = textOf(
      reportOf(resultOf({ variants: { a: { p50: 1 }, b: { p50: 2 } }, baseline: undefined })),
      bare,
      80,
    )
    const once = textOf(reportOf(resultOf({ variants: { a: { p50: 1 }, b: { p50: 2 } }, rounds: 1 })), bare, 80)
    const shares = textOf(
      reportOf(resultOf({ variants: { a: { p50: 1, recall: 1 }, b: { p50: 2, recall: 0.9 } }, rank: 'recall' })),
      bare,
      80,
    )

    assert.doesNotMatch(alone, /speed-up|faster|slower|baseline|not known/)
    assert.match(once, /^2 {2}b .* not known$/m)
    assert.match(once, /1 round can show no difference; iterations of 3 and more do\./)
    assert.match(shares, /^2 {2}b .*0\.900 ±0\.000 .* worse$/m)
  })

  it('says where every run of every variant failed', () => {
    const text = textOf(reportOf(resultOf({ variants: { a: { p50: 1, broken: [0, 1] } }, rounds: 2 })), bare, 80)

    assert.match(text, /^- {2}a .*each run failed$/m)
    assert.match(text, /- Each run of a ended badly: ECONNREFUSED\./)
    assert.doesNotMatch(text, /NaN|Infinity|undefined/)
  })
})

describe('diff of two benchmarks', () => {
  const variants = { pgvector: { p50: 4, recall: 0.99 }, qdrant: { p50: 2, recall: 0.95 }, old: { p50: 1 } }
  const later = { pgvector: { p50: 4, recall: 0.99 }, qdrant: { p50: 3, recall: 0.9, errors: 0.1 }, new: { p50: 1 } }
  writeResult('before.json', resultOf({ variants, loads }), cwd)
  const after = resultOf({ variants: later, loads, seed: 77 })
  writeResult('after.json', { ...after, machine: { ...after.machine, cpu: 'EPYC' } }, cwd)
  writeResult('short.json', resultOf({ variants, loads, rounds: 2 }), cwd)
  writeResult('other.json', resultOf({ variants: { mine: { p50: 1 } }, loads }), cwd)
  writeFileSync(join(cwd, 'records.jsonl'), '{"name":"vector_store.search"}\n')
  const diff = (...args: string[]) => cli(['diff', ...args], { cwd })

  it('holds each variant at each load against its earlier self, and says what differs besides', async () => {
    const { code, stdout, stderr } = await diff('before.json', 'after.json')

    assert.deepEqual([code, stderr], [0, ''])
    golden('bench/diff.text', stdout)
  })

  it('prints Markdown, JSON and a page', async () => {
    const [markdown, json, page] = await Promise.all([
      diff('before.json', 'after.json', '--md'),
      diff('before.json', 'after.json', '--json'),
      diff('before.json', 'after.json', '--html', 'diff.html'),
    ])

    assert.match(markdown.stdout, /^\| variant \| load \| operations \| p50 ms \|/m)
    assert.match(markdown.stdout, /^\| `qdrant` \| concurrency 16 \| .* \| slower, more errors \|$/m)
    const { type, version, pairs, only_before, broken } = JSON.parse(json.stdout)
    assert.deepEqual([type, version, broken, only_before.length], ['benchmark', 1, [], 2])
    assert.deepEqual(
      pairs.map(({ name, verdict }: { name: string; verdict: string }) => [name, verdict]),
      [
        ['pgvector', 'same'],
        ['pgvector', 'same'],
        ['qdrant', 'slower'],
        ['qdrant', 'slower'],
      ],
    )
    assert.equal(page.stderr, 'crossbridge: wrote diff.html\n')
    assert.match(readFileSync(join(cwd, 'diff.html'), 'utf8'), /compared with before\.json/)
  })

  it('ends with 1 where a limit is broken for certain, and with 0 where chance might have done it', async () => {
    const [broken, kept, few] = await Promise.all([
      diff('before.json', 'after.json', '--fail-on', 'qdrant:p50:+20%', '--fail-on', 'errors:+5%'),
      diff('before.json', 'after.json', '--fail-on', 'pgvector:p50:+1%'),
      diff('short.json', 'after.json', '--fail-on', 'p50:+1%'),
    ])

    assert.deepEqual([broken.code, kept.code, few.code], [1, 0, 0])
    assert.match(broken.stdout, /^qdrant \(concurrency 16\): p50 rose by 5\d % \(.*\), more than qdrant:p50:\+20%$/m)
    assert.match(broken.stdout, /^qdrant \(200 operations a second\): errors rose by 10 % \(0 % to 10 %\)/m)
    assert.match(few.stdout, /too few rounds/)
  })

  it('says what is wrong with what it was given, and ends with 2', async () => {
    const outcomes = await Promise.all([
      diff('before.json', 'other.json'),
      diff('before.json', 'records.jsonl'),
      diff('gone.json', 'before.json'),
      diff('before.json', 'after.json', '--library', 'pg', '--no-rotated'),
    ])

    assert.deepEqual(
      outcomes.map(({ code, stdout }) => [code, stdout]),
      outcomes.map(() => [2, '']),
    )
    const wanted = [
      /have no variant at the same load in common/,
      /records\.jsonl is not a result of `crossbridge bench`: its `type` is not "benchmark"/,
      /gone\.json can't be read/,
      /diff of benchmarks takes no --.*library.*; leave it out/,
    ]
    for (const [i, one] of wanted.entries()) assert.match(outcomes[i]?.stderr ?? '', one)
  })
})
