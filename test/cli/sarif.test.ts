import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { callerOf } from '../../agent/findings/caller.ts'
import { type Finding, findingKinds } from '../../cli/report/model.ts'
import { placeIn, uriOf } from '../../cli/report/places.ts'
import { sarifOf } from '../../cli/report/sarif.ts'
import { cli } from '../support/cli.ts'
import { linesOf, serviceRun } from '../support/records.ts'
import { reportOf } from '../support/report.ts'
import { embed, requests, row } from '../support/requests.ts'
import { broken } from '../support/schema-check.ts'

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-sarif-')))
after(() => rmSync(cwd, { recursive: true, force: true }))

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly locations: readonly {
    readonly physicalLocation?: {
      readonly artifactLocation: { readonly uri: string }
      readonly region: { readonly startLine: number }
    }
  }[]
}

const require = createRequire(import.meta.url)
const published = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
const resultsOf = (log: unknown) => (log as { runs: { results: Result[] }[] }).runs[0]?.results ?? []
const placesOf = ({ locations }: Result) =>
  locations.map(({ physicalLocation: at }) => `${at?.artifactLocation.uri}:${at?.region.startLine}`)

describe('report --sarif', () => {
  it('is what the published schema asks for, with a result for each finding and a rule for each kind', async () => {
    writeFileSync(join(cwd, 'run.jsonl'), linesOf(serviceRun()))
    const [sarif, json] = await Promise.all(
      ['--sarif', '--json'].map((form) => cli(['report', 'run.jsonl', form], { cwd })),
    )

    const log = JSON.parse(sarif?.stdout ?? '')
    const { findings } = JSON.parse(json?.stdout ?? '') as { findings: Finding[] }
    assert.deepEqual([sarif?.code, sarif?.stderr], [0, ''])
    assert.deepEqual(broken(log, published), [])
    assert.deepEqual(
      resultsOf(log).map(({ ruleId, partialFingerprints }) => [ruleId, partialFingerprints.primaryLocationLineHash]),
      findings.map(({ kind, signature }) => [kind, signature]),
    )
    const rules = log.runs[0].tool.driver.rules as { id: string; help: { text: string } }[]
    assert.deepEqual(
      rules.map(({ id }) => id),
      findingKinds,
    )
    for (const { ruleId, ruleIndex, message } of resultsOf(log)) {
      assert.equal(rules[ruleIndex]?.id, ruleId)
      assert.match(rules[ruleIndex]?.help.text ?? '', /^.+\nChange: .+\n/)
      assert.match(message.text, /% of the .*\nChange: .+\nGain: .+/)
    }
  })

  it('stands where the call was made, or the function is that a profile shows, and else at the configuration', async () => {
    const calls = row(5, 19, () => ({ name: embed, library: 'openai' }))
    const made = (file: string) =>
      requests(10, 100, () => calls).map((record) => ({
        ...record,
        stack_trace: `at async fill (${pathToFileURL(join(cwd, file))}:12:3)\nat main (/elsewhere/x.js:1:1)`,
      }))
    writeFileSync(join(cwd, 'made.jsonl'), linesOf(made('src/a file.js')))
    writeFileSync(join(cwd, 'far.jsonl'), linesOf(made('../far.js')))
    const sarif = async (file: string) => {
      const { stdout } = await cli(['report', file, '--sarif'], { cwd })
      const log = JSON.parse(stdout)
      assert.deepEqual(broken(log, published), [])
      return resultsOf(log).map(placesOf)
    }

    const near = await sarif('made.jsonl')
    const far = await sarif('far.jsonl')
    writeFileSync(join(cwd, 'crossbridge.yml'), 'runtime: { profiling: { enabled: true } }\n')
    const configured = await sarif('far.jsonl')
    const { stdout } = await cli(['report', 'made.jsonl'], { cwd })

    assert.deepEqual([near, far, configured], [[['src/a%20file.js:12']], [['package.json:1']], [['crossbridge.yml:1']]])
    assert.match(stdout, /- called by fill src\/a file\.js:12$/m)
  })

  it('has a level by how sure a finding is and how much of the time it takes', () => {
    const [finding] = reportOf().findings
    const levels = (
      [
        ['direct', 0.25],
        ['direct', 0.2499],
        ['heuristic', 0.25],
        ['heuristic', 0.2499],
      ] as const
    ).map(([confidence, share]) => {
      const findings = [{ ...(finding as Finding), confidence, share }]
      return resultsOf(sarifOf(reportOf({ findings }), cwd, undefined))[0]?.level
    })

    assert.deepEqual(levels, ['error', 'warning', 'warning', 'note'])
  })

  it('is one form of several', async () => {
    const { code, stderr } = await cli(['report', 'run.jsonl', '--sarif', '--md'], { cwd })

    assert.deepEqual(
      [code, stderr],
      [2, 'crossbridge: report prints one of --json, --md and --sarif; leave the others out\n'],
    )
  })
})

describe('the place of a finding', () => {
  it('is read from the frames of a stack trace in their forms, and of what is none it is not there', () => {
    const cases: Record<string, string | undefined> = {
      'at search (file:///app/src/search.js:12:3)\nat other (file:///app/x.js:1:1)': 'search /app/src/search.js:12',
      'at async Service.ask [as run] (/app/src/service.ts:4:10)': 'Service.ask /app/src/service.ts:4',
      'at file:///app/main.mjs:7:1': '(anonymous) /app/main.mjs:7',
      'at search (native)': undefined,
      '': undefined,
    }

    assert.deepEqual(Object.fromEntries(Object.keys(cases).map((trace) => [trace, callerOf(trace)])), cases)
    assert.equal(callerOf(7), undefined)
  })

  it('is a line of a file, no package, and for code scanning within the working directory', () => {
    assert.deepEqual(placeIn('rank src/rank.js:12'), { name: 'rank', file: 'src/rank.js', line: 12 })
    assert.deepEqual(placeIn('get rank src/my rank.js:12'), { name: 'get rank', file: 'src/my rank.js', line: 12 })
    for (const none of ['parse yaml', 'fs node:fs:12', 'x (native):1', 'rank src/rank.js:0', '', undefined])
      assert.equal(placeIn(none), undefined)
    assert.deepEqual(
      ['src/a b.js', '/app/src/x.js', '../x.js', '/elsewhere/x.js'].map((file) => uriOf(file, '/app')),
      ['src/a%20b.js', 'src/x.js', undefined, undefined],
    )
  })
})
