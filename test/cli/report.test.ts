import assert from 'node:assert/strict'
import {
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { ProfileRecord } from '../../agent/model.ts'
import type { Report } from '../../cli/report/model.ts'
import { cli } from '../support/cli.ts'
import { golden } from '../support/golden.ts'
import { linesOf, recordOf, serviceRun } from '../support/records.ts'

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-report-')))
after(() => rmSync(cwd, { recursive: true, force: true }))

const probe = recordOf({ name: 'process.cpu', library: 'probe', duration_ms: 0 })
const torn =
  '{"name":"vector_store.sea{"name":"vector_store.search","duration_ms":12,"timestamp":1782900240,"library":"qdrant"}'
writeFileSync(
  join(cwd, 'run.jsonl'),
  `${linesOf([...serviceRun(), probe])}${torn}
{"level":30,"time":1782900240000,"msg":"listening"}
server listening on port 3000
{"name":"vector_store.search","durat`,
)

describe('report', () => {
  it('shows where the time went, what could be better, and the slowest requests', async () => {
    const { code, stdout, stderr } = await cli(['report', 'run.jsonl', '--slowest', '2'], { cwd })

    golden('report/run.text', stdout)
    assert.deepEqual([code, stderr], [0, ''])
  })

  it('gives the same as JSON', async () => {
    const { code, stdout } = await cli(['report', 'run.jsonl', '--slowest', '1', '--json'], { cwd })

    const report = JSON.parse(stdout)
    for (const { name, calls, distribution, timeline } of report.scopes) {
      const sum = (parts: { calls: number }[]) => parts.reduce((total, part) => total + part.calls, 0)
      assert.deepEqual([name, sum(distribution), sum(timeline)], [name, calls, calls])
    }
    // A line each: hundreds of them would be looked at by nobody.
    golden('report/run.json.text', shortJson(report))
    assert.equal(code, 0)
  })

  it('gives Markdown for a pull request', async () => {
    const { code, stdout } = await cli(['report', 'run.jsonl', '--slowest', '2', '--md'], { cwd })

    golden('report/run.md.text', stdout)
    assert.equal(code, 0)
  })

  it('reads rotated and compressed files too, oldest first and each once, however often they are named', async () => {
    const folder = join(cwd, 'rotated')
    mkdirSync(folder)
    const made = (name: string) => linesOf([recordOf({ name: `vector_store.${name}` })])
    writeFileSync(join(folder, 'p.jsonl'), made('now'))
    writeFileSync(join(folder, 'p.jsonl.1'), made('before'))
    writeFileSync(join(folder, 'p.jsonl.2'), made('long_ago'))
    // Being compressed at the moment: the one that is whole counts.
    writeFileSync(join(folder, 'p.jsonl.2.gz'), gzipSync(made('long_ago')).subarray(0, 20))
    // Its end is missing: what is there of it counts.
    writeFileSync(join(folder, 'p.jsonl.10.gz'), gzipSync(made('first')).subarray(0, -9))
    writeFileSync(join(folder, 'p.jsonl.lock.1782900000000-7-91-0.0-0a1b2c'), '')
    writeFileSync(join(folder, 'p.jsonl.backup'), made('not_this'))

    const [whole, globbed, alone] = await Promise.all([
      json(['rotated/p.jsonl']),
      json(
        [
          'p.jsonl',
          'p.jsonl.1',
          'p.jsonl.2',
          'p.jsonl.10.gz',
          'p.jsonl.lock.1782900000000-7-91-0.0-0a1b2c',
          './p.jsonl',
        ],
        folder,
      ),
      json(['rotated/p.jsonl', '--no-rotated']),
    ])

    const names = ['p.jsonl.10.gz', 'p.jsonl.2', 'p.jsonl.1', 'p.jsonl']
    assert.deepEqual([whole.files, whole.calls], [names.map((name) => `rotated/${name}`), 4])
    assert.deepEqual([globbed.files, globbed.calls], [names, 4])
    assert.deepEqual([alone.files, alone.calls], [['rotated/p.jsonl'], 1])
  })

  it('reads the snapshots of the process too, where the configuration says where they are', async () => {
    const folder = join(cwd, 'process')
    mkdirSync(folder)
    const profiling = {
      ...{ enabled: true, output: { type: 'file', path: 'calls.jsonl' } },
      system: { enabled: true, output: { path: 'system.jsonl' } },
    }
    writeFileSync(join(folder, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling } }))
    writeFileSync(join(folder, 'calls.jsonl'), linesOf([recordOf()]))
    const snapshot = { name: 'system.snapshot', library: 'system', duration_ms: 0, metadata: { interval_ms: 1000 } }

    const before = await cli(['report', '--json'], { cwd: folder })
    writeFileSync(join(folder, 'system.jsonl'), linesOf([recordOf(snapshot), recordOf(snapshot)]))
    const after = await cli(['report', '--json'], { cwd: folder })

    assert.equal(JSON.parse(before.stdout).processes, undefined)
    const { files, calls, processes } = JSON.parse(after.stdout)
    assert.deepEqual([files, calls], [['calls.jsonl', 'system.jsonl'], 1])
    assert.deepEqual(
      processes.map((one: { snapshots: number; span_ms: number }) => [one.snapshots, one.span_ms]),
      [[2, 2000]],
    )
  })

  it('reads stdin, and records between the lines of an application', async () => {
    const logged = { level: 40, time: 1_782_900_000_000, ...recordOf({ exceeded: ['slow_call_ms'] }) }
    const input = `listening\n${linesOf([logged, { level: 30, msg: 'hello' }, logged])}`

    const { stdout } = await cli(['report', '-', '--json'], { cwd, input })

    const { calls, foreign, torn, notes } = JSON.parse(stdout)
    assert.deepEqual([calls, foreign, torn], [2, 2, 0])
    assert.match(notes.join('\n'), /Only calls above slow_call_ms left a record/)
    assert.match(notes.join('\n'), /`requests: true` in crossbridge\.yml adds them/)
  })

  it('takes the files of the configuration where none is named, and says which', async () => {
    const folder = join(cwd, 'configured')
    mkdirSync(join(folder, 'data'), { recursive: true })
    writeFileSync(
      join(folder, 'crossbridge.yml'),
      'runtime: { profiling: { enabled: true, output: { type: file, path: "data/{date}.{pid}.jsonl" } } }\n',
    )
    for (const pid of [7, 12])
      writeFileSync(join(folder, 'data', `2026-07-01.${pid}.jsonl`), linesOf([recordOf({ pid })]))
    writeFileSync(join(folder, 'data', 'other.jsonl'), linesOf([recordOf()]))

    const logged = join(cwd, 'logged')
    mkdirSync(logged)
    writeFileSync(join(logged, 'crossbridge.yml'), 'runtime: { profiling: { enabled: true } }\n')

    const { stdout, stderr } = await cli(['report', '--json'], { cwd: folder })
    const none = await cli(['report'], { cwd: logged })

    assert.deepEqual(JSON.parse(stdout).files, ['data/2026-07-01.12.jsonl', 'data/2026-07-01.7.jsonl'])
    assert.equal(stderr, 'crossbridge: reading data/{date}.{pid}.jsonl (output.path in crossbridge.yml)\n')
    assert.match(
      none.stderr,
      /crossbridge.yml has no output of type file or database; pipe what the application logs into `report -`/,
    )
  })

  it('writes a page beside what it prints', async () => {
    const { code, stdout, stderr } = await cli(['report', 'run.jsonl', '--html', 'page.html'], { cwd })

    assert.match(readFileSync(join(cwd, 'page.html'), 'utf8'), /^<!doctype html>/i)
    assert.match(stdout, /^Where the time went$/m)
    assert.deepEqual([code, stderr], [0, 'crossbridge: wrote page.html\n'])
  })

  it('writes trace events of the requests that it shows beside what it prints', async () => {
    const { code, stdout, stderr } = await cli(['report', 'run.jsonl', '--slowest', '1', '--trace-events', 't.json'], {
      cwd,
    })

    const { traceEvents, displayTimeUnit } = JSON.parse(readFileSync(join(cwd, 't.json'), 'utf8'))
    const ids = (traceEvents as { args: { trace_id?: string } }[]).flatMap(({ args }) => args.trace_id ?? [])
    // The slowest, and those that the three findings cite.
    assert.deepEqual([new Set(ids).size, displayTimeUnit], [4, 'ms'])
    assert.match(stdout, /^Where the time went$/m)
    assert.deepEqual([code, stderr], [0, 'crossbridge: wrote t.json\n'])
  })

  it('writes no page through a link or into a file that is another user’s', {
    skip: process.getuid?.() !== 0,
  }, async () => {
    writeFileSync(join(cwd, 'victim'), 'mine')
    symlinkSync('victim', join(cwd, 'planted.html'))
    lchownSync(join(cwd, 'planted.html'), 65534, 65534)
    symlinkSync('linked', join(cwd, 'own.html'))
    writeFileSync(join(cwd, 'linked'), 'x'.repeat(1_000_000))

    const planted = await cli(['report', 'run.jsonl', '--html', 'planted.html'], { cwd })
    const own = await cli(['report', 'run.jsonl', '--html', 'own.html'], { cwd })

    assert.equal(planted.code, 2)
    assert.match(planted.stderr, /planted\.html can't be written \(it is another user's symbolic link\); name a file/)
    assert.equal(readFileSync(join(cwd, 'victim'), 'utf8'), 'mine')
    assert.equal(own.code, 0)
    assert.match(readFileSync(join(cwd, 'linked'), 'utf8'), /^<!doctype html>.*<\/html>\s*$/is)
  })

  it('shows names as text: no terminal obeys them, and no Markdown', async () => {
    const name = 'a\u001b[31m|b*<img src=x>@you'
    writeFileSync(join(cwd, 'names.jsonl'), linesOf([recordOf({ name, library: 'x\u202e\u0007y' })]))

    const [text, md] = await Promise.all([
      cli(['report', 'names.jsonl'], { cwd }),
      cli(['report', 'names.jsonl', '--md'], { cwd }),
    ])

    assert.match(text.stdout, /^a\\u001b\[31m\|b\*<img src=x>@you {2}x\\u202e\\u0007y /m)
    assert.match(md.stdout, /^\| a\\\\u001b\\\[31m\\\|b\\\*&lt;img src=x\\>@<!-- -->you \| x\\\\u202e\\\\u0007y \|/m)
  })

  it('reads the requests alone that are selected, each whole', async () => {
    const at = (i: number, route: string, collection: string, pid: number) => {
      const ids = { trace_id: `${i}-trace`, request_id: `r${i}`, pid, timestamp: 1_782_900_000 + i * 60 }
      return [
        recordOf({ ...ids, span_id: 's', parent_id: 'r', metadata: { collection } }),
        recordOf({ ...ids, name: 'embedding_provider.embed', library: 'openai', span_id: 't', parent_id: 'r' }),
        recordOf({
          ...ids,
          name: 'request.http',
          library: 'http',
          kind: 'http',
          span_id: 'r',
          metadata: { method: 'GET', route },
        }),
      ]
    }
    writeFileSync(
      join(cwd, 'selected.jsonl'),
      linesOf([
        startOf(1, 'front'),
        startOf(2, 'back'),
        ...at(0, '/a', 'docs', 1),
        ...at(1, '/b', 'docs', 2),
        ...at(2, '/a', 'faq', 2),
      ]),
    )
    const requestsOf = async (...words: string[]) => {
      const { stdout } = await cli(['report', 'selected.jsonl', '--json', ...words], { cwd })
      const { slowest, calls } = JSON.parse(stdout) as { slowest: { trace_id: string }[]; calls: number }
      return [
        slowest
          .map(({ trace_id }) => trace_id[0])
          .sort()
          .join(''),
        calls,
      ]
    }
    const cases: Record<string, [string, number]> = {
      '': ['012', 9],
      '--route=/a': ['02', 6],
      '--route=GET /a --collection=docs': ['0', 3],
      '--scope=embedding_provider --library=openai': ['012', 9],
      '--collection=docs': ['01', 6],
      '--service=back': ['12', 6],
      '--run=1-1782900001': ['0', 3],
      '--pid=2': ['12', 6],
      '--trace=2-': ['2', 3],
      '--since=2026-07-01T10:01:00Z': ['12', 6],
      '--since=1782900000 --until=1782900060': ['0', 3],
    }

    const outcomes = await Promise.all(
      Object.keys(cases).map((words) => requestsOf(...words.split(/ (?=--)/).filter((word) => word !== ''))),
    )

    assert.deepEqual(Object.fromEntries(Object.keys(cases).map((words, i) => [words, outcomes[i]])), cases)
    const [last, none, wrong] = await Promise.all(
      [['--last=1d'], ['--trace=9'], ['--last=soon']].map((words) =>
        cli(['report', 'selected.jsonl', ...words], { cwd }),
      ),
    )
    assert.match(last?.stderr ?? '', /none of its 11 records is of a request that --last selects/)
    assert.match(none?.stderr ?? '', /that --trace selects/)
    assert.match(wrong?.stderr ?? '', /--last takes a span such as 30s, 10m, 2h, 1d, not "soon"/)
  })

  it('splits the tables by what calls name, where a scope has more than one, in each form', async () => {
    writeFileSync(
      join(cwd, 'split.jsonl'),
      linesOf(
        ['docs', 'faq|<b>', 'docs', undefined].flatMap((collection, i) => {
          const ids = { trace_id: `${i}-trace`, pid: 1 + (i % 2), timestamp: 1_782_900_000 + i }
          return [
            ...(i < 2 ? [{ ...startOf(i + 1, i === 0 ? 'front' : 'back') }] : []),
            recordOf({
              ...{ ...ids, span_id: 's', parent_id: 'r', duration_ms: 10 + i },
              ...(collection !== undefined && { metadata: { collection } }),
              ...(i === 1 && { error: 'E' }),
            }),
            recordOf({
              ...{ ...ids, name: 'llm.generate', library: 'openai', span_id: 't', parent_id: 'r' },
              metadata: { model: 'a', time_to_first_token_ms: 100 + i },
            }),
            recordOf({
              ...{ ...ids, name: 'request.http', library: 'http', kind: 'http', span_id: 'r' },
              metadata: { method: 'GET', route: i === 3 ? '/b' : '/a' },
            }),
          ]
        }),
      ),
    )
    const groupsBy = async (by: string) => {
      const made = (await json(['split.jsonl', '--by', by])) as unknown as Report
      return Object.fromEntries(
        made.scopes.map(({ name, groups = [] }) => [
          name,
          groups.map(({ value, calls, errors }) => `${value} ${calls} ${errors}`),
        ]),
      )
    }

    const [collection, model, route, service] = await Promise.all(
      ['collection', 'model', 'route', 'service'].map(groupsBy),
    )
    const [text, colored, md, wrong] = await Promise.all([
      cli(['report', 'split.jsonl', '--by', 'collection', '--html', 'split.html'], { cwd }),
      cli(['report', 'split.jsonl', '--by', 'model'], { cwd, env: { FORCE_COLOR: '1' } }),
      cli(['report', 'split.jsonl', '--by', 'collection', '--md'], { cwd }),
      cli(['report', 'split.jsonl', '--by', 'colour'], { cwd }),
    ])

    assert.deepEqual(collection?.['vector_store.search'], ['docs 2 0', '(none) 1 0', 'faq|<b> 1 1'])
    assert.deepEqual(model?.['llm.generate'], [])
    assert.deepEqual(route?.['request.http'], ['GET /a 3 0', 'GET /b 1 0'])
    assert.deepEqual(route?.['vector_store.search'], ['GET /a 3 1', 'GET /b 1 0'])
    assert.deepEqual(service?.['vector_store.search'], ['back 2 1', 'front 2 0'])
    assert.match(text.stdout, /^scope +library +calls +errors .* TTFT p50 +TTFT p95 /m)
    assert.match(text.stdout, /^llm\.generate .* 101 ms +103 ms /m)
    assert.match(text.stdout, /^ {2}faq\|<b> +1 +1 /m)
    assert.match(
      readFileSync(join(cwd, 'split.html'), 'utf8'),
      /By collection.*<span class="name">faq\|&lt;b&gt;<\/span>/s,
    )
    // One of four failed: that is red.
    assert.ok(colored.stdout.includes('\u001b[31m1\u001b[39m'))
    assert.match(colored.stdout, /No scope has calls of more than one model\./)
    assert.match(md.stdout, /^\| ↳ faq\\\|&lt;b\\> \| {2}\| 1 \| \*\*1\*\* \|/m)
    assert.match(
      wrong.stderr,
      /--by colour is none of collection, model, route, service, test, and no label: these records have no labels; `labels` in crossbridge.yml makes some/,
    )
  })

  it('splits them by a label, and sums up each of its values over all scopes', async () => {
    const tenants = ['acme', 'acme', 'globex', undefined]
    writeFileSync(
      join(cwd, 'labels.jsonl'),
      linesOf(
        tenants.flatMap((tenant, i) => {
          const ids = { trace_id: `${i}-trace`, request_id: `${i}`, timestamp: 1_782_900_000 + i }
          const labels = { region: 'eu', ...(tenant !== undefined && { tenant }) }
          return [
            recordOf({
              ...{ ...ids, labels, name: 'llm.generate', library: 'openai', span_id: 'a', parent_id: 'r' },
              ...{ duration_ms: 10 * (i + 1), self_ms: 10 * (i + 1), metadata: { model: 'm', input_tokens: 1000 } },
              ...(i === 1 && { error: 'E' }),
            }),
            recordOf({
              ...{ ...ids, labels, name: 'request.http', library: 'http', kind: 'http' as const, span_id: 'r' },
              ...{ duration_ms: 20 * (i + 1), self_ms: 10 * (i + 1), calls: 1 },
            }),
          ]
        }),
      ),
    )
    writeFileSync(
      join(cwd, 'crossbridge.yml'),
      'runtime: { profiling: { prices: { models: { m: { input: 1000 } } }, output: { type: file } } }',
    )
    const by = (label: string, ...more: string[]) => cli(['report', 'labels.jsonl', '--by', label, ...more], { cwd })

    const [text, made, md, unknown, wrong] = await Promise.all([
      by('tenant', '--html', 'labels.html'),
      by('tenant', '--json'),
      by('tenant', '--md'),
      by('tenat'),
      by('x-tenant'),
    ])
    rmSync(join(cwd, 'crossbridge.yml'))

    const { scopes, by_label, by: name } = JSON.parse(made.stdout) as Report
    assert.equal(name, 'tenant')
    assert.deepEqual(
      scopes.map(({ groups = [] }) => groups.map(({ value, calls }) => `${value} ${calls}`)),
      [
        ['(none) 1', 'acme 2', 'globex 1'],
        ['(none) 1', 'acme 2', 'globex 1'],
      ],
    )
    assert.deepEqual([by_label?.label, by_label?.percentiles_of], ['tenant', 'requests'])
    assert.deepEqual(
      by_label?.values.map((one) => [
        ...[one.value, one.requests, one.calls, one.errors, Math.round(one.p99_ms ?? 0), one.share, one.input_tokens],
        one.cost,
      ]),
      [
        ['(none)', 1, 1, 0, 80, 0.4, 1000, 1],
        ['acme', 2, 2, 1, 40, 0.3, 2000, 2],
        ['globex', 1, 1, 0, 60, 0.3, 1000, 1],
      ],
    )
    assert.match(text.stdout, /^By tenant\ntenant +requests +calls +errors +p50 +p95 +p99 +share +tokens +cost$/m)
    assert.match(text.stdout, /^acme +2 +2 +1 +20\.?\d* ms .* 30 % +2,000 +\S*2/m)
    assert.match(text.stdout, /^p50, p95 and p99 are of requests; errors are of calls\.$/m)
    assert.match(md.stdout, /^### By tenant\n\n\| tenant \| requests /m)
    assert.match(md.stdout, /^\| acme \| 2 \| 2 \| \*\*1\*\* \|/m)
    assert.match(readFileSync(join(cwd, 'labels.html'), 'utf8'), /All by tenant.*<span class="name">globex<\/span>/s)
    assert.match(unknown.stderr, /--by tenat is .* and no label: these records have the labels region, tenant\n$/)
    assert.match(wrong.stderr, /--by takes one of collection, model, route, service, test, or a label, not "x-tenant"/)
    assert.deepEqual([text.code, unknown.code, wrong.code], [0, 2, 2])
  })

  it('sums up calls where there are no requests, and shows nothing that labels should not have', async () => {
    const labels = ['a\u001b[2J<b>|', '__proto__', 5, { a: 1 }, 'x'.repeat(500), undefined]
    const records = labels.map((tenant) => recordOf({ labels: { tenant, 'a b': 'c' } as never }))
    const lots = Array.from({ length: 300 }, (_, n) => recordOf({ labels: { tenant: `t${n}` } }))
    writeFileSync(join(cwd, 'strange.jsonl'), linesOf([...records, recordOf({ labels: 'a' as never }), ...lots]))

    const { stdout } = await cli(['report', 'strange.jsonl', '--by', 'tenant', '--html', 'strange.html'], { cwd })
    const { by_label } = (await json(['strange.jsonl', '--by', 'tenant'])) as unknown as Report

    assert.match(stdout, /^tenant +calls +errors +p50/m)
    assert.match(stdout, /And 181 values of smaller share; --json has all\./)
    assert.ok(!stdout.includes('\u001b') && !readFileSync(join(cwd, 'strange.html'), 'utf8').includes('[2J<b>'))
    assert.equal(by_label?.percentiles_of, 'calls')
    assert.equal(by_label?.values.length, 201)
    const calls = Object.fromEntries(by_label?.values.map(({ value, calls }) => [value, calls]) ?? [])
    assert.deepEqual([calls['(none)'], calls['(others)'], calls['x'.repeat(64)]], [4, 104, 1])
  })

  it('ends with 1 where --fail-on is broken, and says by what', async () => {
    const verdicts = (...all: string[]) =>
      cli(['report', 'run.jsonl', ...all.flatMap((one) => ['--fail-on', one])], { cwd })
    const [broken, kept, wrong] = await Promise.all([
      verdicts('finding:single_embeddings', 'share:llm.generate:70%', 'share:vector_store:2%', 'finding:any'),
      verdicts('finding:n_plus_one', 'share:llm:80%'),
      verdicts('finding:single_embedding'),
    ])

    assert.equal(broken.code, 1)
    assert.match(
      broken.stderr,
      /--fail-on finding:single_embeddings: openai embeds texts one by one .* \(single_embeddings-[0-9a-f]{8}\)/,
    )
    assert.match(broken.stderr, /share:llm\.generate:70%: it has 79 % of the time of requests/)
    assert.match(broken.stderr, /share:vector_store:2%: it has/)
    assert.deepEqual([kept.code, kept.stderr], [0, ''])
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /there is no finding single_embedding; there are any, connections_not_reused/)
  })

  it('counts what is accepted, tells it again when its day is over, and names what is found no more', async () => {
    const found = (await json(['run.jsonl'])) as unknown as { findings: { kind: string; signature: string }[] }
    const signatureOf = (kind: string) => found.findings.find((one) => one.kind === kind)?.signature ?? ''
    const folder = join(cwd, 'accepted')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'crossbridge.yml'),
      `runtime: { profiling: { enabled: true, accepted: [
        { signature: ${signatureOf('single_embeddings')}, reason: until there is a batch, until: 2999-01-01 },
        { signature: ${signatureOf('empty_results')}, reason: a new collection, until: 2020-01-01 },
        { signature: n_plus_one-00000000, reason: gone } ] } }\n`,
    )

    const { stdout, code, stderr } = await cli(
      ['report', '../run.jsonl', '--json', '--fail-on', 'finding:single_embeddings'],
      { cwd: folder },
    )

    const { findings, accepted, notes } = JSON.parse(stdout)
    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(
      findings.map(({ kind }: { kind: string }) => kind),
      ['empty_results', 'rate_limits'],
    )
    assert.deepEqual(accepted, [signatureOf('single_embeddings')])
    assert.match(notes.join('\n'), /not shown: 1 finding\./)
    assert.match(notes.join('\n'), new RegExp(`Reported again, .* over: ${signatureOf('empty_results')}\\.`))
    assert.match(notes.join('\n'), /not found in this run: n_plus_one-00000000/)
  })

  it('shows what searches scored, and which are weak by the thresholds of the configuration', async () => {
    const folder = join(cwd, 'scores')
    mkdirSync(folder)
    const search = (i: number, collection: string, kind = {}) => ({
      ...recordOf({ name: 'vector_store.search', library: 'own', timestamp: 1_782_900_000 + i }),
      metadata: { collection, results: 5, top_score: i / 10, last_score: i / 20, ...kind },
    })
    const numbers = Array.from({ length: 10 }, (_, i) => i + 1)
    writeFileSync(
      join(folder, 'a.jsonl'),
      linesOf(numbers.flatMap((i) => [search(i, 'docs', { score_kind: 'similarity' }), search(i, 'faq')])),
    )
    writeFileSync(
      join(folder, 'crossbridge.yml'),
      'runtime: { profiling: { enabled: true, thresholds: { weak_score: { docs: 0.65, vector_store: 0.5, wiki: 1 } } } }\n',
    )

    const { stdout, code, stderr } = await cli(['report', 'a.jsonl'], { cwd: folder })

    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /1\. Many searches of docs find nothing that is near\./)
    assert.match(
      stdout,
      /\n\nScores of searches\ndocs: vector_store\.search of own, similarity\n {2}- searches: 10\n {2}- empty: none\n {2}- weak: 6 \(60 %\), with a best score below 0\.65\n {2}- best score: p10 0\.1, p50 0\.5, p90 0\.9\n/,
    )
    assert.match(stdout, /- weak: not known: nothing tells on which side of 0\.5 a score is weak\n/)
    assert.match(stdout, /weak_score is not applied to faq of own/)
    assert.match(stdout, /weak_score names wiki/)
  })

  it('says what to do about what it can not read, and ends with 2', async () => {
    mkdirSync(join(cwd, 'folder'))
    writeFileSync(join(cwd, 'folder', 'a.jsonl'), '')
    writeFileSync(join(cwd, 'foreign.log'), 'hello\n{"level":30}\n')
    writeFileSync(join(cwd, 'probes.jsonl'), linesOf([probe]))
    writeFileSync(join(cwd, 'no.jsonl.gz'), 'no gzip')
    const cases = {
      'missing.jsonl': 'missing.jsonl is not there; `output.path` in crossbridge.yml says where records go',
      'missing.{pid}.jsonl': `there is no file like ${cwd}/missing.{pid}.jsonl; was the application started with the agent?`,
      folder: 'folder is a folder; name the file in it, such as folder/a.jsonl',
      'folder/a.jsonl':
        'folder/a.jsonl: nothing in it. Was the application called, and slowly enough (slow_call_ms, 500 by default)? slow_call_ms: 0 and mode: full record every call',
      'foreign.log':
        'foreign.log: no records in 2 lines; a record is a line of JSON with name, library, duration_ms and timestamp, as output.type file and log write them',
      'probes.jsonl': 'probes.jsonl: only records of probes; no call was recorded',
      'no.jsonl.gz': "no.jsonl.gz can't be read to its end (incorrect header check); leave it out",
      '--slowest=x': '--slowest takes a number from 0 to 100, not "x"',
      '--slowest=101': '--slowest takes a number from 0 to 100, not "101"',
      '--jsn': '--jsn is not an option of report; did you mean --json?',
      '--no-rotated':
        'report needs a FILE: there is no crossbridge.yml here; see `npx @crossbridge/agent report --help`',
    }

    const outcomes = await Promise.all(Object.keys(cases).map((word) => cli(['report', word], { cwd })))

    assert.deepEqual(
      outcomes.map(({ code, stderr, stdout }) => [code, stderr, stdout]),
      Object.values(cases).map((message) => [2, `crossbridge: ${message}\n`, '']),
    )
  })
})

async function json(args: readonly string[], folder = cwd) {
  const { stdout, stderr } = await cli(['report', ...args, '--json'], { cwd: folder })
  assert.equal(stderr, '')
  return JSON.parse(stdout) as { files: string[]; calls: number; records: ProfileRecord[] }
}

/** What a process says before its records. */
const startOf = (pid: number, service: string) => ({
  ...recordOf({ name: 'agent.start', library: 'agent', duration_ms: 0, pid }),
  ...{ started: 1_782_900_000 + pid, service },
})

/** JSON with a line for each value two levels deep. */
function shortJson(value: Record<string, unknown>): string {
  const line = (one: unknown) => `  ${JSON.stringify(one)}\n`
  return Object.entries(value)
    .map(([key, one]) =>
      Array.isArray(one) ? `${key}:\n${one.map(line).join('')}` : `${key}: ${JSON.stringify(one)}\n`,
    )
    .join('')
}
