// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { takenNames } from '../../../agent/config/taken-names.ts'
import { cost, metricsOf } from '../../../agent/output/prometheus/metric-names.ts'
import { processMetrics } from '../../../agent/output/prometheus/process-metrics.ts'
import { groupings } from '../../../cli/report/model.ts'
import { loadSection } from '../../support/config.ts'

const labelsOf = (lines: readonly string[], env?: NodeJS.ProcessEnv) => {
  const { config, problems } = loadSection(['requests: true', ...lines], env)
  return { labels: config.labels, problems }
}

describe('labels', () => {
  it('are texts or headers; a text is as it was written, cut at 64 characters that harm nobody', () => {
    const { labels, problems } = labelsOf([
      'labels:',
      '  tenant: header   X-Tenant',
      '  region: "eu west|\\u001b[31m"',
      '  release: 1.10',
      '  beta: true',
      `  long: ${'x'.repeat(65)}`,
      '  empty:',
    ])

    assert.deepEqual(problems, [])
    assert.deepEqual(labels, {
      tenant: { header: 'x-tenant' },
      region: { text: 'eu_west___31m' },
      release: { text: '1.10' },
      beta: { text: 'true' },
      long: { text: 'x'.repeat(64) },
    })
  })

  it('have what variables say as a text, never as a header; without a variable there is no such label', () => {
    const { labels, problems } = labelsOf(
      ['labels: { region: "${REGION}", release: "${RELEASE}", zone: "${ZONE}", tenant: "header ${HEADER}" }'],
      { REGION: 'header authorization', RELEASE: '1.10', HEADER: 'x-tenant' },
    )

    assert.deepEqual(problems, [])
    assert.deepEqual(labels, {
      region: { text: 'header_authorization' },
      release: { text: '1.10' },
      tenant: { header: 'x-tenant' },
    })
  })

  const refused: readonly [inFile: string, message: RegExp][] = [
    [
      'le: a',
      /^labels of le: the name means something else in records, metrics or reports; take another one, such as app_tenant \(crossbridge\.yml:4:15\); using \{\}$/,
    ],
    ['__name: a', /of __name: the name means something else/],
    ['otel_scope: a', /of otel_scope: the name means something else/],
    ['Tenant: a', /of Tenant: a name has at most 32 lower-case letters, digits and _, and no digit first \(/],
    ['1a: a', /of 1a: a name has/],
    ['"a b": a', /of "a b": a name has/],
    [`${'a'.repeat(33)}: a`, /a name has at most 32/],
    [
      'tenant: header',
      /of tenant: a label is a text, or `header NAME`, not the text "header" \(crossbridge\.yml:4:23\)/,
    ],
    ['tenant: header x tenant', /of tenant: a label is a text/],
    ['tenant: "header x:y"', /of tenant: a label is a text/],
    ['tenant: [a]', /of tenant: a label is a text, or `header NAME`, not a list/],
    [
      'tenant: header Authorization',
      /of tenant: Authorization may let somebody in, and labels are kept; name another header/,
    ],
    ['tenant: header x-api-key', /x-api-key may let somebody in/],
    ['tenant: header cookie', /cookie may let/],
    ['tenant: "${A B}"', /can't be used/],
    [
      'a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1',
      /^labels must have at most 8 labels, not 9 \(crossbridge\.yml:4:\d+\)/,
    ],
  ]
  for (const [inFile, message] of refused) {
    it(`are refused with ${inFile}`, () => {
      const { labels, problems } = labelsOf([`labels: { ${inFile} }`])

      assert.deepEqual(labels, {})
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', message)
    })
  }

  it('may have 8 names of 32 characters, those of options too', () => {
    const names = ['mode', 'level', 'requests', 'd', 'e', 'f', 'g', 'a'.repeat(32)]
    const { labels, problems } = labelsOf([`labels: { ${names.map((name) => `${name}: a`).join(', ')} }`])

    assert.deepEqual([Object.keys(labels), problems], [names, []])
  })

  it('take no name of a label of our metrics, nor of what a report is split by', () => {
    const metrics = [
      ...metricsOf('profiling'),
      ...metricsOf('otel'),
      ...metricsOf('otel_latest'),
      cost('EUR'),
      ...processMetrics,
    ]
    const names = [...metrics.flatMap(({ labels }) => labels), ...groupings, 'test', 'le', 'quantile', 'scope']

    for (const name of new Set(names)) {
      const { problems } = labelsOf([`labels: { ${name}: a }`])
      assert.match(problems[0] ?? '', /means something else/, name)
    }
    assert.ok(takenNames.has('trace_id'))
  })

  it('of headers are told of where requests are off', () => {
    const { problems } = loadSection(['labels: { region: eu, tenant: header x-tenant }'])

    assert.deepEqual(problems, [
      'labels.tenant is read from a header (crossbridge.yml:3:35), and requests is off (the default): no call has that label; set requests: true',
    ])
    assert.deepEqual(loadSection(['labels: { region: eu }']).problems, [])
  })
})
