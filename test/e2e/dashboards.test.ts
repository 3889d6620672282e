import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { parse } from 'yaml'
import { api, everything, folderFor, root, run, runIn } from '../support/application.ts'
import { ask, noSqlite, sqliteNode } from '../support/database.ts'
import { freePort, samplesOf } from '../support/prometheus.ts'

interface Dashboard {
  readonly title: string
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
  readonly templating: {
    readonly list: readonly { readonly type: string; readonly query: string | { query: string } }[]
  }
}

/** It has other queries. */
const ofDatabase = 'database.json'

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly annotations: Readonly<Record<string, string>>
    }[]
  }[]
}

const alertsFile = join(root, 'dashboards', 'alerts.yml')
const noPromtool = spawnSync('promtool', ['--version']).status !== 0 && 'promtool is not installed'

interface DatabaseDashboard {
  readonly panels: readonly {
    readonly targets: readonly {
      readonly queryText: string
      readonly timeColumns: readonly string[]
    }[]
  }[]
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: { queryText: string } }[]
  }
}

/** What Prometheus itself adds to every series. */
const added = new Set(['job', 'instance'])

describe('the dashboards', () => {
  it('and the alerts ask for nothing but metrics and labels that a scrape has', async () => {
    const port = await freePort()
    const { printed, stderr } = await run({
      config: {
        enabled: true,
        level: 'detailed',
        limits: { self_cpu_percent: 0 },
        output: { type: 'prometheus', port, costs: 'own' },
        prices: { models: { m: { input: 1_000_000, output: 1 } } },
        system: { enabled: true, output: { type: 'none' } },
        instrumentations: [
          {
            name: 'shop',
            module: './shop.cjs',
            target: 'store',
            methods: [
              {
                at: 'find',
                scope: 'find',
                metadata: { model: 'args.0', input_tokens: 'args.1', batch_size: 'args.1' },
              },
            ],
          },
        ],
      },
      files: { 'shop.cjs': 'exports.find = (model, count) => count' },
      imports: [['{ find }', './shop.cjs']],
      body: `find('m', 3)
        for (let tries = 0; tries < 1000; tries++) {
          const text = await fetch('http://127.0.0.1:${port}/metrics', { headers: { connection: 'close' } }).then((one) => one.text(), () => '')
          if (text !== '') return print(text)
        }`,
    })
    const labels = new Map<string, Set<string>>()
    for (const sample of samplesOf(printed[0] as string)) labels.set(sample.name, new Set(Object.keys(sample.labels)))
    const folder = join(root, 'dashboards')
    const dashboards = readdirSync(folder)
      .filter((name) => name.endsWith('.json') && name !== ofDatabase)
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Dashboard)
    const alerts = rules().map(({ expr }) => expr)
    const queries = [...dashboards.flatMap(queriesOf), ...alerts]
    const wrong = queries.flatMap((query) => {
      const { broken, selectors } = readQuery(query)
      const unknown = selectors.flatMap(({ metric, asked }) => {
        const known = labels.get(metric)
        if (known === undefined) return [`there is no ${metric}`]
        return asked.flatMap((label) => (known.has(label) || added.has(label) ? [] : [`${metric} has no ${label}`]))
      })
      return [...(broken || selectors.length === 0 ? ['it is no query'] : []), ...unknown].map(
        (what) => `${query}: ${what}`,
      )
    })

    assert.equal(stderr, '')
    assert.deepEqual(wrong, [])
    assert.ok(queries.length - alerts.length > 25)
    for (const { templating } of dashboards) assert.equal(templating.list[0]?.type, 'datasource')
  })

  it('come with alerts that are told apart, each of which says in words what is wrong and what to do', () => {
    const all = rules()
    const names = all.map(({ alert }) => alert)

    assert.equal(new Set(names).size, names.length)
    assert.ok(names.length >= 7)
    for (const { alert, expr, annotations } of all) {
      assert.deepEqual(Object.keys(annotations).sort(), ['description', 'summary'], alert)
      const asked = readQuery(expr).selectors.flatMap(({ asked }) => asked)
      const said = Object.values(annotations).flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)])
      const lost = said
        .map(([, label]) => label as string)
        .filter((label) => !asked.includes(label) && !added.has(label))
      assert.deepEqual(lost, [], `${alert} names labels that its query does not keep`)
    }
  })

  it('come with alerts that promtool takes', { skip: noPromtool }, () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', alertsFile], { encoding: 'utf8' })

    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, new RegExp(`SUCCESS: ${rules().length} rules found`))
  })

  it('ask a database for nothing but what is in one that the agent has made', { skip: noSqlite }, async () => {
    const folder = folderFor('previous')
    try {
      const { stderr } = await runIn(folder, {
        node: sqliteNode,
        env: { OTEL_SERVICE_NAME: "o'shop" },
        files: { 'tested.mjs': 'export async function tested() {}' },
        imports: [
          ['{ profile }', api],
          ['{ tested }', './tested.mjs'],
        ],
        config: {
          ...everything,
          instrumentations: [
            { name: 'tests', module: './tested.mjs', target: 'test', methods: [{ at: 'tested', scope: 'case' }] },
          ],
          requests: true,
          output: { type: 'database', database_path: './profile.db' },
          system: {
            enabled: true,
            sampling_interval: 0.1,
            output: { type: 'database', database_path: './profile.db' },
          },
        },
        body: `await profile('shop.ask', async () => {
            profile('shop.search', { model: 'small', input_tokens: 3 }, () => 1)
            try { profile('shop.search', () => { throw new TypeError() }) } catch {}
          })
          await tested()
          await new Promise((resolve) => setTimeout(resolve, 300))`,
      })
      const { panels, templating } = JSON.parse(
        readFileSync(join(root, 'dashboards', ofDatabase), 'utf8'),
      ) as DatabaseDashboard
      const variables = templating.list.filter(({ type }) => type === 'query')
      const queries = [
        ...panels.flatMap(({ targets }) => targets.map(({ queryText }) => queryText)),
        ...variables.map(({ query }) => query.queryText),
      ]
      const named = new Set(variables.map(({ name }) => name))
      const asked = queries.map((query) => filled(query, named))
      for (const query of asked) assert.doesNotMatch(query, /\$/)
      const answers = await ask(join(folder, 'profile.db'), ...asked)

      assert.equal(stderr, '')
      assert.deepEqual(
        queries.filter((_, i) => Object.values(answers[i]?.[0] ?? {}).every((value) => value === null)),
        [],
      )
      assert.equal(queries.length, 16)
      for (const { targets } of panels)
        for (const { queryText, timeColumns } of targets) {
          const [row = {}] = answers[queries.indexOf(queryText)] ?? []
          for (const name of timeColumns) assert.equal(typeof row[name], 'number', queryText)
        }
      assert.equal(templating.list[0]?.query as unknown, 'frser-sqlite-datasource')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('would be found wrong with a metric, a label or a grouping that there is not', () => {
    const { selectors } = readQuery('sum by (nothing) (rate(some_total{wrong="1"}[$__rate_interval]))')

    assert.deepEqual(selectors, [{ metric: 'some_total', asked: ['wrong', 'nothing'] }])
    assert.equal(readQuery('sum(rate(some_total[)').broken, true)
  })
})

const rules = () => (parse(readFileSync(alertsFile, 'utf8')) as Rules).groups.flatMap((group) => group.rules)

/** As Grafana fills its variables in: each is all of its values, quoted. */
function filled(query: string, variables: ReadonlySet<string>): string {
  const values = "'o''shop','shop.search','shop.ask','test.case'"
  return query.replaceAll(/\$\{(\w+):sqlstring\}|\$__(\w+)/g, (whole, name, own) => {
    const value = { from: '0', to: '9000000000000', interval_ms: '60000' }[own as string]
    return value ?? (variables.has(name) ? values : whole)
  })
}

function queriesOf({ panels, templating }: Dashboard): string[] {
  const variables = templating.list.flatMap(({ query }) => {
    const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(typeof query === 'string' ? '' : query.query) ?? []
    return series === undefined ? [] : [`sum by (${label}) (${series})`]
  })
  return [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...variables]
}

/** The metrics of a query, each with the labels that it is filtered or grouped by. */
function readQuery(query: string) {
  const text = query.replaceAll(/\$__(rate_interval|range)/g, '5m')
  const selectors: { metric: string; asked: string[] }[] = []
  /** The aggregations around a place, each with its labels and its first selector. */
  const around: { readonly labels: string[]; readonly from: number }[] = [{ labels: [], from: 0 }]
  const leave = () => {
    const { labels, from } = around.pop() ?? { labels: [], from: 0 }
    for (const { asked } of selectors.slice(from)) asked.push(...labels)
  }
  let broken = false
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      const word = text.slice(from, to)
      if (type.isError) broken = true
      if (name === 'AggregateExpr') around.push({ labels: [], from: selectors.length })
      if (name === 'Identifier') selectors.push({ metric: word, asked: [] })
      if (name === 'LabelName' && text.slice(to).match(/^\s*(=|!)/)) selectors.at(-1)?.asked.push(word)
      else if (name === 'LabelName') around.at(-1)?.labels.push(word)
    },
    leave({ name }) {
      if (name === 'AggregateExpr') leave()
    },
  })
  leave()
  return { broken, selectors }
}
