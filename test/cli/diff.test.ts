import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { cli } from '../support/cli.ts'

const cwd = mkdtempSync(join(tmpdir(), 'crossbridge-diff-'))
after(() => rmSync(cwd, { recursive: true, force: true }))

/** Records of 20 s; the searches take `pace` times as long, and every `failing`th fails. */
function linesOf(pace: number, failing: number, others: object = {}): string {
  return Array.from({ length: 400 }, (_, i) => {
    const at = { timestamp: 1_790_000_000 + i / 20, concurrent: 0, pid: 1, thread_id: 0 }
    const search = { name: 'vector_store.search', library: 'qdrant', duration_ms: (10 + ((i * 37) % 20)) * pace }
    const embed = { name: 'embedding_provider.embed', library: 'openai', duration_ms: 40 + ((i * 53) % 30) }
    const error = failing > 0 && i % failing === 0 ? { error: 'TimeoutError' } : {}
    return [
      { ...search, ...at, ...error, ...others },
      { ...embed, ...at, ...others },
    ]
  })
    .flat()
    .map((record) => `${JSON.stringify(record)}\n`)
    .join('')
}
const one =
  '{"name":"llm.generate","library":"a|<b>\\u001b[31m","duration_ms":900,"timestamp":1790000001,"concurrent":0,"pid":1,"thread_id":0}\n'
writeFileSync(join(cwd, 'before.jsonl'), linesOf(1, 0) + one)
writeFileSync(join(cwd, 'after.jsonl'), linesOf(1.5, 10) + one)
writeFileSync(join(cwd, 'sampled.jsonl'), linesOf(1, 0, { sample_rate: 0.5 }))
writeFileSync(join(cwd, 'other.jsonl'), linesOf(1, 0).replaceAll('vector_store', 'database').replaceAll('openai', 'x'))
writeFileSync(join(cwd, 'nothing.jsonl'), 'listening on 8080\n')
const run = (...args: string[]) => cli(['diff', ...args], { cwd })

describe('diff', () => {
  it('shows what is slower for certain, and what is within the noise', async () => {
    const { code, stdout, stderr } = await cli(['diff', 'before.jsonl', 'after.jsonl'], { cwd })

    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(
      stdout,
      `scope                     library              calls             p50 ms             p95 ms             p99 ms            errors
vector_store.search       qdrant           400 → 400  19.0 → 28.4 +49 %  28.1 → 41.9 +49 %  28.9 → 43.5 +50 %  0 % → 10 %  more  slower, more errors
embedding_provider.embed  openai           400 → 400  53.8 → 53.8     ~  67.7 → 67.7     ~  69.0 → 69.0     ~   0 % → 0 %     ~  the same
llm.generate              a|<b>\\u001b[31m      1 → 1          900 → 900          900 → 900          900 → 900         0 % → 0 %  too few records

~ is within what either run could have come out with by chance (99 %).
`,
    )
  })

  it('ends with 1 and the sentence for it where a limit is broken, and with 0 where none is', async () => {
    const [broken, kept, elsewhere] = await Promise.all([
      run('before.jsonl', 'after.jsonl', '--fail-on', 'p95:+20%', '--fail-on', 'errors:+5%'),
      run('before.jsonl', 'after.jsonl', '--fail-on', 'p95:+60%'),
      run('before.jsonl', 'after.jsonl', '--fail-on', 'openai:p95:+1%'),
    ])

    assert.deepEqual([broken.code, kept.code, elsewhere.code], [1, 0, 0])
    assert.match(
      broken.stdout,
      /^vector_store\.search \(qdrant\): p95 rose by 49 % \(28\.1 to 41\.9 ms\), more than p95:\+20%$/m,
    )
    assert.match(
      broken.stdout,
      /^vector_store\.search \(qdrant\): errors rose by 10 % \(0 % to 10 %\), more than errors:\+5%$/m,
    )
  })

  it('prints Markdown in which no name can be more than a name, and JSON', async () => {
    const [markdown, json] = await Promise.all([
      run('before.jsonl', 'after.jsonl', '--md'),
      run('before.jsonl', 'after.jsonl', '--json'),
    ])

    assert.match(markdown.stdout, /^\| `llm\.generate` \| a\\\|&lt;b\\>\\\\u001b\\\[31m \| 1 → 1 \|/m)
    const { pairs, broken } = JSON.parse(json.stdout)
    assert.deepEqual(broken, [])
    assert.deepEqual(
      pairs.map(({ name, verdict, calls }: { name: string; verdict: string; calls: object }) => [name, verdict, calls]),
      [
        ['vector_store.search', 'slower', { before: 400, after: 400 }],
        ['embedding_provider.embed', 'same', { before: 400, after: 400 }],
        ['llm.generate', 'too_few', { before: 1, after: 1 }],
      ],
    )
  })

  it('counts the calls that sampled records stand for, and says so', async () => {
    const { stdout } = await run('before.jsonl', 'sampled.jsonl')

    assert.match(stdout, /^vector_store\.search +qdrant +400 → 800 .* the same$/m)
    assert.match(stdout, /sampled unlike: at the least 1 before and 0\.5 after/)
    assert.match(stdout, /^only before: llm\.generate/m)
  })

  it('compares of both runs those requests alone that are selected', async () => {
    const [half, library, none] = await Promise.all([
      run('before.jsonl', 'after.jsonl', '--json', '--until', '1790000010'),
      run('before.jsonl', 'after.jsonl', '--json', '--library', 'openai'),
      run('before.jsonl', 'after.jsonl', '--model', 'gone', '--pid', '9'),
    ])

    const callsIn = ({ stdout }: { stdout: string }) =>
      (JSON.parse(stdout).pairs as { name: string; calls: { before: number; after: number } }[])
        .map(({ name, calls }) => `${name} ${calls.before} ${calls.after}`)
        .sort()
    assert.deepEqual(callsIn(half), [
      'embedding_provider.embed 200 200',
      'llm.generate 1 1',
      'vector_store.search 200 200',
    ])
    assert.deepEqual(callsIn(library), ['embedding_provider.embed 400 400'])
    assert.equal(JSON.parse(half.stdout).version, 1)
    assert.deepEqual([none.code, none.stdout], [2, ''])
    assert.match(none.stderr, /before\.jsonl: none of its 801 records is of a request that --model and --pid select/)
  })

  it('says what is wrong with what it was given, and ends with 2', async () => {
    const outcomes = await Promise.all([
      run('before.jsonl'),
      run('before.jsonl', 'gone.jsonl'),
      run('before.jsonl', 'nothing.jsonl'),
      run('before.jsonl', 'other.jsonl'),
      run('before.jsonl', 'after.jsonl', '--fail-on', 'p90:+1%'),
    ])

    assert.deepEqual(
      outcomes.map(({ code }) => code),
      [2, 2, 2, 2, 2],
    )
    const wanted = [
      /takes two files/,
      /gone\.jsonl/,
      /no record of a call/,
      /no scope in common/,
      /write FIGURE:\+LIMIT/,
    ]
    for (const [i, one] of wanted.entries()) assert.match(outcomes[i]?.stderr ?? '', one)
  })
})
