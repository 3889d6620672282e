import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { api, everything, folderFor, recordsOf, runIn } from '../support/application.ts'
import { bin, cli } from '../support/cli.ts'
import { ask, nodes, noSqlite, sqliteCli, sqliteNode } from '../support/database.ts'

const imports = [
  ['{ profile }', api],
  ['fs', 'node:fs'],
] as const
const call = (n: number | string) => `profile('shop.search', { n: ${n} }, () => ${n})`
const calls = [1, 2, 3].map(call).join('\n')
const debug = { CROSSBRIDGE_PROFILING_DEBUG: '1' }
const linux = process.platform === 'linux'
const database = { type: 'database', database_path: './profile.db' } as const
const to = (more: object = {}) => ({ ...everything, targets: ['shop'], output: { ...database, ...more } })
const turn = 'const turn = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms))'

describe('the database output', { skip: noSqlite }, () => {
  let folder: string
  const file = () => join(folder, 'profile.db')
  const start = (more: object, body: string, others: Partial<Parameters<typeof runIn>[1]> = {}) =>
    runIn(folder, { imports, config: to(more), body: `${turn}\n${body}`, node: sqliteNode, ...others })
  const numbers = async () => {
    const [rows = []] = await ask(file(), "SELECT json_extract(metadata, '$.n') AS n FROM calls ORDER BY id")
    return rows.map(({ n }) => n as number)
  }

  beforeEach(() => {
    folder = folderFor('previous')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  for (const node of nodes)
    it(`keeps each record in the table of its kind, and leaves one file that nobody else may read: ${node.replace(/.*node-/, '')}`, async () => {
      const { stderr, code } = await runIn(folder, {
        imports: [...imports, ['http', 'node:http']],
        node,
        config: {
          ...everything,
          requests: true,
          output: database,
          system: { enabled: true, sampling_interval: 0.1, output: database },
        },
        env: { OTEL_SERVICE_NAME: 'shop' },
        body: `${turn}
          const server = http.createServer((request, response) => {
            profile('shop.search', { model: 'small', collection: 'docs', results: 3 }, () => 1)
            response.end('x')
          }).listen(0)
          await new Promise((resolve) => server.once('listening', resolve))
          await fetch('http://127.0.0.1:' + server.address().port + '/search').then((one) => one.text())
          await turn(300)
          server.closeAllConnections(); server.close()
          profile('shop.last', () => 1)`,
      })

      assert.deepEqual([stderr, code], ['', 0])
      const [runs = [], found = [], requests = [], system = [], version = []] = await ask(
        file(),
        'SELECT service, run, ended IS NOT NULL AS ended, node FROM runs',
        'SELECT name, model, collection, results, run FROM calls',
        'SELECT name, status, method FROM requests ORDER BY id',
        'SELECT count(*) AS n, max(memory_mb) > 0 AS known FROM system',
        'PRAGMA user_version',
      )
      assert.deepEqual(
        runs.map(({ service, ended }) => [service, ended]),
        [
          ['shop', 1],
          ['shop', 1],
        ],
      )
      assert.deepEqual(
        found.map(({ name, model, collection, results }) => [name, model, collection, results]),
        [['shop.search', 'small', 'docs', 3]],
      )
      assert.deepEqual(
        requests.map(({ name, method }) => [name, method]),
        [
          ['request.http', 'GET'],
          ['shop.last', null],
        ],
      )
      assert.ok(system[0]?.known)
      assert.deepEqual(version, [{ user_version: 1 }])
      assert.equal((statSync(file()).mode & 0o777).toString(8), '600')
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith('profile')),
        ['profile.db'],
      )
    })

  it('gives report the same as the file output does, and top too', async () => {
    const body = `
      for (let n = 0; n < 60; n++)
        await profile('shop.ask', async () => {
          profile('shop.search', { n, model: 'small', input_tokens: n }, () => n)
          await turn()
          try { profile('shop.write', () => { throw Object.assign(new TypeError(), { status: n % 2 ? 429 : '08006' }) }) } catch {}
        })`
    await start({}, body, {
      config: { ...everything, requests: true, output: [database, { type: 'file', path: './profile.jsonl' }] },
    })
    const reported = async (name: string) => {
      const { stdout, stderr } = await sqliteCli(['report', name, '--json', '--slowest', '3'], folder)
      assert.equal(stderr, '')
      return { ...JSON.parse(stdout), files: [] }
    }
    const [ofDatabase, ofFile] = [await reported('profile.db'), await reported('profile.jsonl')]
    const topped = async (name: string) => {
      const { stdout } = await sqliteCli(['top', name, '--from-start', '--count', '1', '--json'], folder)
      return stdout.replaceAll(/"at":[\d.]+/g, '')
    }
    const [topDatabase, topFile] = [await topped('profile.db'), await topped('profile.jsonl')]

    assert.deepEqual(ofDatabase, ofFile)
    assert.equal(ofDatabase.scopes.length, 3)
    assert.equal(topDatabase, topFile)
    assert.equal(topDatabase.trimEnd().split('\n').length, 3)
    const [kinds = []] = await ask(file(), 'SELECT DISTINCT typeof(status) AS kind, status FROM calls ORDER BY 1')
    const stated = kinds.filter(({ status }) => status !== null)
    assert.deepEqual(
      stated.map(({ kind, status }) => [kind, status]),
      [
        ['integer', 429],
        ['text', '08006'],
      ],
    )
  })

  const ends: Readonly<Record<string, readonly [body: string, how: number | NodeJS.Signals]>> = {
    'by itself': ['', 0],
    'by process.exit()': ['process.exit(3)', 3],
    'by an exception': [`throw new Error('theirs')`, 1],
    'by a handler of SIGTERM': [
      `process.on('SIGTERM', () => process.exit(4)); process.kill(process.pid, 'SIGTERM'); await turn(1000)`,
      4,
    ],
    'by SIGKILL in the handler of another': [
      `process.on('SIGINT', () => process.kill(process.pid, 'SIGKILL')); process.kill(process.pid, 'SIGINT'); await turn(60_000)`,
      'SIGKILL',
    ],
  }
  for (const [name, [body, how]] of Object.entries(ends))
    it(`loses nothing where the process ends ${name}`, { skip: !linux && typeof how === 'string' }, async () => {
      const { code, signal } = await start({ flush_ms: 60_000 }, `${calls}\n${body}`)

      assert.equal(signal ?? code, how)
      assert.deepEqual(await numbers(), [1, 2, 3])
    })

  it('keeps what is recorded in the last moment of the process', async () => {
    await start({ flush_ms: 60_000 }, `process.on('exit', () => { ${call(2)} }); ${call(1)}`)

    assert.deepEqual(await numbers(), [1, 2])
  })

  it('with flush_ms: 0 loses nothing to SIGKILL, and goes on in the file that it left', { skip: !linux }, async () => {
    const { signal } = await start({ flush_ms: 0 }, `${calls}\nprocess.kill(process.pid, 'SIGKILL'); for (;;);`)
    assert.equal(signal, 'SIGKILL')
    assert.ok(existsSync(`${file()}-wal`))

    const { stderr } = await start({}, call(4))

    assert.equal(stderr, '')
    assert.deepEqual(await numbers(), [1, 2, 3, 4])
    const [runs = []] = await ask(file(), 'SELECT ended IS NOT NULL AS ended FROM runs ORDER BY id')
    assert.deepEqual(runs, [{ ended: 0 }, { ended: 1 }])
  })

  it('writes 100 at once before their time', async () => {
    const { printed } = await start(
      { flush_ms: 60_000 },
      `for (let n = 0; n < 99; n++) ${call('n')}
       print(fs.statSync('profile.db', { throwIfNoEntry: false })?.size ?? 0)
       ${call(99)}
       print(fs.existsSync('profile.db-wal') && fs.statSync('profile.db-wal').size > 0)
       process.kill(process.pid, 'SIGKILL'); for (;;);`,
    )

    assert.equal(printed[1], true)
    assert.equal((await numbers()).length, 100)
  })

  it('is written by processes and their threads at a time: what each says that it emitted is there, once', async () => {
    const share = `
      import { profile } from ${JSON.stringify(api)}
      import { isMainThread, Worker } from 'node:worker_threads'
      if (isMainThread) new Worker(new URL(import.meta.url))
      for (let n = 0; n < 1000; n++) {
        profile('shop.search', { n }, () => n)
        if (n % 20 === 0) await new Promise(setImmediate)
      }`
    const { code, stderr } = await start(
      { flush_ms: 5 },
      `await Promise.all([1, 2, 3].map(() => new Promise((resolve) =>
         fork('./share.mjs', { execArgv: process.execArgv }).on('exit', resolve))))
       ${call(-1)}`,
      { imports: [...imports, ['{ fork }', 'node:child_process']], files: { 'share.mjs': share } },
    )

    assert.deepEqual([code, stderr], [0, ''])
    const [found = [], check = [], ids = [], ended = []] = await ask(
      file(),
      `SELECT count(*) AS rows, (SELECT sum(json_extract(s.value, '$.emitted')) FROM runs, json_each(runs.scopes) AS s) AS emitted FROM calls`,
      'PRAGMA integrity_check',
      'SELECT count(DISTINCT id) AS ids, (SELECT next FROM sequence) AS next, (SELECT count(*) FROM runs) AS runs FROM calls',
      "SELECT run, pid, thread_id, count(DISTINCT n) AS n, count(*) AS rows FROM (SELECT calls.*, json_extract(metadata, '$.n') AS n FROM calls) GROUP BY run, pid, thread_id",
    )
    assert.equal(found[0]?.rows, found[0]?.emitted)
    assert.deepEqual(check, [{ integrity_check: 'ok' }])
    assert.equal(ids[0]?.ids, found[0]?.rows)
    assert.equal(ended.length, 7)
    for (const { n, rows } of ended) assert.equal(n, rows)
  })

  const holding = `
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
    ${call(0)}
    const theirs = new DatabaseSync('profile.db', { timeout: 10_000 })
    theirs.exec('BEGIN IMMEDIATE')
    // Else it may be collected, which gives the lock back.
    globalThis.kept = theirs`

  it('keeps its records while somebody has it locked', async () => {
    const { stderr, printed } = await start(
      { flush_ms: 0 },
      `${holding}
       ${calls}
       for (let n = 0; n < 10; n++) await turn(10)
       print(theirs.prepare('SELECT count(*) AS n FROM calls').get().n)
       theirs.exec('COMMIT'); theirs.close()`,
      { args: ['--no-warnings'] },
    )

    assert.deepEqual([stderr, printed], ['', [1]])
    assert.deepEqual(await numbers(), [0, 1, 2, 3])
  })

  it('ends all the same where it stays locked, counts what is lost and tells it once', async () => {
    const { stderr, code } = await start({ flush_ms: 0 }, `${holding}\n${calls}`, {
      args: ['--no-warnings'],
      env: debug,
    })

    assert.equal(code, 0)
    assert.equal(stderr.match(/can't be written to .*profile\.db \(another process has it locked\)/g)?.length, 1)
    assert.match(stderr, /3 records could not be written to .*profile\.db; they are lost/)
    assert.match(stderr, /app shop.search: 4 seen, 1 emitted, 3 dropped\n/)
    assert.deepEqual(await numbers(), [0])
  })

  const broken: Readonly<Record<string, readonly [made: () => Promise<unknown>, why: RegExp]>> = {
    'is not a database': [
      async () => writeFileSync(file(), 'not a database, but longer than a header has to be'.repeat(30)),
      /SQLITE_NOTADB: it is not a database; move it away/,
    ],
    "is another application's": [
      () => ask(file(), 'CREATE TABLE notes (body TEXT)'),
      /it is another application's database/,
    ],
    'was made by a newer agent': [
      async () => {
        await start({}, call(1))
        await ask(file(), 'PRAGMA user_version = 99')
      },
      /a newer agent made its tables: their version is 99, and this agent knows 1/,
    ],
  }
  for (const [name, [made, why]] of Object.entries(broken))
    it(`leaves a file that ${name} as it is, drops what it records and tells it once`, async () => {
      await made()
      const before = readFileSync(file())

      const { stderr, code, printed } = await start({ flush_ms: 1 }, `${calls}\nawait turn(20)\n${call(4)}\nprint(1)`, {
        env: debug,
      })

      assert.deepEqual([code, printed], [0, [1]])
      assert.equal(stderr.match(/records can't be written to .*profile\.db/g)?.length, 1)
      assert.match(stderr, why)
      assert.match(stderr, /app shop.search: 4 seen, 4 dropped\n/)
      assert.deepEqual(readFileSync(file()), before)
    })

  it('tells of a folder that it can not make, and the application runs', async () => {
    const { stderr, code } = await start({ database_path: './app.mjs/profile.db' }, calls, { env: debug })

    assert.equal(code, 0)
    assert.equal(stderr.match(/records can't be written to .*profile\.db \(EN?[A-Z]+/g)?.length, 1)
    assert.match(stderr, /app shop.search: 3 seen, 3 dropped\n/)
  })

  it('goes on in a new file where the one before was removed', async () => {
    const { stderr } = await start(
      { flush_ms: 0 },
      `${call(1)}
       for (const name of ['profile.db', 'profile.db-wal', 'profile.db-shm']) fs.rmSync(name, { force: true })
       ${call(2)}`,
    )

    assert.equal(stderr, '')
    assert.deepEqual(await numbers(), [2])
    const [runs = []] = await ask(file(), 'SELECT ended IS NOT NULL AS ended FROM runs')
    assert.deepEqual(runs, [{ ended: 1 }])
  })

  it('removes what is older than rotate.age_hours, and runs of which nothing is left', async () => {
    await start({}, calls)
    await ask(file(), 'UPDATE calls SET timestamp = timestamp - 7200 WHERE id < 4')
    await start({ rotate: { age_hours: 1 } }, call(4))
    assert.deepEqual(await numbers(), [3, 4])

    await ask(file(), 'UPDATE calls SET timestamp = timestamp - 7200 WHERE id < 5')
    await start({ rotate: { age_hours: 1 } }, call(5))
    assert.deepEqual(await numbers(), [4, 5])
    const [runs = []] = await ask(file(), 'SELECT count(*) AS n FROM runs')
    assert.deepEqual(runs, [{ n: 2 }])
  })

  it('removes the oldest where it has more than rotate.size_mb', async () => {
    const many = `for (let n = 0; n < 3000; n++) profile('shop.search', { n, pad: 'x'.repeat(100) }, () => n)`
    await start({}, many)
    const size = statSync(file()).size
    await start({ rotate: { size_mb: 0.2 } }, call(3000))

    const kept = await numbers()
    assert.ok(kept.length < 3000 && kept.length > 2000, `${kept.length}`)
    assert.equal(kept.at(-1), 3000)
    assert.equal(kept[0], 3001 - kept.length)
    assert.ok(statSync(file()).size < size)
  })

  it("counts the application's own statements and none of the agent's", async () => {
    const body = `
      const { DatabaseSync } = sqlite
      const db = new DatabaseSync(':memory:')
      db.exec('CREATE TABLE notes (body TEXT)')
      const insert = db.prepare('INSERT INTO notes VALUES (?)')
      for (let n = 0; n < 3; n++) { insert.run('a'); await turn(5) }
      db.close()`
    const { stderr } = await start({}, body, {
      imports: [...imports, ['* as sqlite', 'node:sqlite']],
      args: ['--no-warnings'],
      config: { ...everything, output: { ...database, flush_ms: 1 } },
    })

    assert.equal(stderr, '')
    const [found = [], runs = []] = await ask(
      file(),
      'SELECT name, library, collection FROM calls ORDER BY id',
      'SELECT scopes FROM runs',
    )
    assert.equal(found.length, 4)
    assert.deepEqual([...new Set(found.map(({ library }) => library))], ['node-sqlite'])
    const scopes = JSON.parse(runs[0]?.scopes ?? '[]') as { seen: number }[]
    assert.equal(
      scopes.reduce((sum, { seen }) => sum + seen, 0),
      4,
    )
  })

  it('is read by report whatever somebody has put into it, and what is no record is left out', async () => {
    await start({}, calls)
    const put = (name: string, duration: string) =>
      `INSERT INTO calls (id, run, timestamp, name, library, duration_ms, metadata, more) VALUES ((SELECT max(id) + 1 FROM calls), 1, 1, ${name}, 'app', ${duration}, '[1]', '7')`
    await ask(
      file(),
      put("'a' || char(27) || '[31m'", '1'),
      put("x'00ff'", '1'),
      put("'shop.search'", "'long'"),
      put("'shop.search'", '-1'),
      "UPDATE runs SET scopes = '{}', options = 'x', service = char(27) || '[2J', pid = 'x'",
    )
    const { stdout, stderr, code } = await sqliteCli(['report', 'profile.db'], folder)
    const others = await sqliteCli(['diff', 'profile.db'], folder)

    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /shop\.search +app +3 /)
    assert.ok(!`${stdout}${others.stderr}`.includes('\x1b'))
    assert.equal(others.code, 2)
  })

  it('is turned to by a reload, and counts no statement of its own then either', async () => {
    const yaml = (output: object) =>
      JSON.stringify({ runtime: { profiling: { ...everything, targets: [], reload: true, output } } })
    writeFileSync(join(folder, 'next.yml'), yaml({ ...database, flush_ms: 0 }))
    const { stderr, printed } = await runIn(folder, {
      imports: [...imports, ['* as sqlite', 'node:sqlite']],
      args: ['--no-warnings'],
      yaml: yaml({ type: 'file', path: './profile.jsonl' }),
      node: sqliteNode,
      body: `${turn}
        const db = new sqlite.DatabaseSync(':memory:')
        db.exec('CREATE TABLE notes (body TEXT)')
        fs.copyFileSync('next.yml', 'crossbridge.yml')
        let n = 0
        for (; n < 1000 && !fs.existsSync('profile.db'); n++) { await turn(20); ${call('n')} }
        db.exec('DELETE FROM notes')
        ${call('n')}
        print(n > 0)`,
    })

    assert.match(stderr, /^crossbridge: \S+ has changed and is in force\n$/)
    assert.deepEqual(printed, [true])
    const [runs = [], found = []] = await ask(
      file(),
      'SELECT scopes FROM runs',
      "SELECT name FROM calls WHERE library = 'node-sqlite'",
    )
    const scopes = JSON.parse(runs[0]?.scopes ?? '[]') as { library: string; seen: number }[]
    assert.deepEqual(
      scopes.filter(({ library }) => library === 'node-sqlite').map(({ seen }) => seen),
      [2],
    )
    assert.deepEqual(found, [{ name: 'database.query' }])
  })

  it('is followed by top while records come', async () => {
    await start({}, call(0))
    const running = start(
      { flush_ms: 5 },
      `while (!fs.existsSync('stop')) { profile('shop.later', () => 1); await turn(10) }`,
    )
    const top = spawn(sqliteNode, ['--no-warnings', bin, 'top', 'profile.db', '--interval', '0.2', '--json'], {
      cwd: folder,
    })
    try {
      const [line] = await once(createInterface(top.stdout), 'line')
      assert.equal(JSON.parse(line).name, 'shop.later')
    } finally {
      top.kill()
      writeFileSync(join(folder, 'stop'), '')
    }
    const { stderr } = await running

    assert.equal(stderr, '')
  })

  for (const format of ['cjs', 'mjs'] as const)
    it(`lets Node say of its SQLite what it says without the agent, where the application loads it: ${format}`, async () => {
      for (const node of nodes) {
        const application = {
          ...{ imports: [...imports, ['* as sqlite', 'node:sqlite']] as const, config: to(), node, format },
          body: `${call(1)}\nprint(typeof sqlite.DatabaseSync)`,
        }
        const bare = await runIn(folder, { ...application, bare: true })
        const profiled = await runIn(folder, application)

        const said = (text: string) => text.replaceAll(/\(node:\d+\)/g, '')
        assert.deepEqual([said(profiled.stderr), profiled.printed], [said(bare.stderr), ['function']])
        if (node.includes('node-22')) assert.match(bare.stderr, /ExperimentalWarning: SQLite/)
      }
    })

  it('compares the last two runs of one database, or those that --run names', async () => {
    // As long as no pause of a busy machine is.
    for (const [at, ms] of [1, 1, 60].entries())
      await start(
        {},
        `for (let n = 0; n < 40; n++) profile('shop.search', () => { for (const end = performance.now() + ${ms}; performance.now() < end; ); })`,
        {
          env: { OTEL_SERVICE_NAME: `run-${at}` },
        },
      )
    const [runs = []] = await ask(file(), 'SELECT run FROM runs ORDER BY id')
    const ids = runs.map(({ run }) => run as string)
    const compared = async (...args: string[]) => sqliteCli(['diff', 'profile.db', ...args], folder)

    const last = JSON.parse((await compared('--json')).stdout)
    assert.equal(last.pairs[0].verdict, 'slower')
    assert.deepEqual(last.pairs[0].calls, { before: 40, after: 40 })
    const [first = '', , third = ''] = ids
    const back = JSON.parse((await compared('--json', '--run', third, '--run', first)).stdout)
    assert.equal(back.pairs[0].verdict, 'faster')
    const { code, stderr } = await compared('--run', '1-2', '--run', first)
    assert.equal(code, 2)
    assert.match(stderr, /profile\.db has no run 1-2; it has:\n/)
    for (const [at, id] of ids.entries()) assert.match(stderr, new RegExp(`  ${id}  [^ ]+Z  run-${at}  40 records`))
  })

  it('is read by report while the application writes to it, and where the configuration says', async () => {
    const { printed } = await start(
      { flush_ms: 0 },
      `${calls}
       const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', ${JSON.stringify(bin)}, 'report'], { encoding: 'utf8' })
       print([status, /3 calls/.test(stdout), stderr])
       ${call(4)}`,
      { imports: [...imports, ['{ spawnSync }', 'node:child_process']] },
    )

    assert.deepEqual(printed, [
      [0, true, 'crossbridge: reading ./profile.db (output.database_path in crossbridge.yml)\n'],
    ])
    assert.deepEqual(await numbers(), [1, 2, 3, 4])
  })
})

describe('the database output by better-sqlite3', () => {
  const sets = process.versions.node.startsWith('20.')
    ? (['compiled', undefined] as const)
    : (['current', '--no-experimental-sqlite'] as const)
  const [packages, flag] = sets
  const isInstalled = existsSync(
    join(import.meta.dirname, `../../../test/packages/${packages}/node_modules/better-sqlite3/package.json`),
  )
  const skip =
    !isInstalled && 'Node 20 wants better-sqlite3 12, which is compiled when it is installed: npm run test:all'

  for (const format of ['cjs', 'mjs'] as const)
    it(`keeps records, and counts those statements that the application makes by its own: ${format}`, {
      skip,
    }, async () => {
      const folder = folderFor(packages)
      try {
        const { stderr, printed } = await runIn(folder, {
          packages,
          format,
          imports: [...imports, ['Database', 'better-sqlite3']],
          args: flag === undefined ? [] : [flag],
          config: {
            ...everything,
            output: [
              { ...database, flush_ms: 1 },
              { type: 'file', path: './profile.jsonl' },
            ],
          },
          body: `${turn}
            const db = new Database(':memory:')
            db.exec('CREATE TABLE notes (body TEXT)')
            const insert = db.prepare('INSERT INTO notes VALUES (?)')
            for (let n = 0; n < 3; n++) { insert.run('a'); await turn(5) }
            try { db.prepare('nonsense') } catch (error) { print(error instanceof Database.SqliteError) }
            const own = new Database('profile.db', { readonly: true })
            print(own.prepare('SELECT name FROM calls ORDER BY id').all().length > 0)
            own.close()`,
        })

        const written = recordsOf(readFileSync(join(folder, 'profile.jsonl'), 'utf8'))
        assert.deepEqual([stderr, printed], ['', [true, true]])
        assert.deepEqual([...new Set(written.map(({ library }) => library))], ['better-sqlite3'])
        const summary = readFileSync(join(folder, 'profile.jsonl'), 'utf8').trimEnd().split('\n').at(-1) ?? ''
        const seen = (JSON.parse(summary).scopes as { seen: number }[]).reduce((sum, one) => sum + one.seen, 0)
        assert.equal(seen, written.length)
        if (noSqlite === false) {
          const [found = []] = await ask(join(folder, 'profile.db'), 'SELECT name FROM calls ORDER BY id')
          assert.deepEqual(
            found.map(({ name }) => name),
            written.map(({ name }) => name),
          )
        }
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
})

describe('the database output where nothing opens a database', () => {
  const args = process.versions.node.startsWith('20.') ? [] : ['--no-experimental-sqlite']
  const version = process.versions.node.replaceAll('.', '\\.')

  it('says so with its place and what to do, and writes a file instead', async () => {
    const folder = folderFor('previous')
    try {
      const yaml = `runtime:\n  profiling:\n    enabled: true\n    mode: full\n    thresholds: { slow_call_ms: 0 }\n    output:\n      type: database\n`
      const { stderr, code } = await runIn(folder, { imports, args, yaml, body: calls })

      const wanted = args.length === 0 ? 'better-sqlite3@12' : 'better-sqlite3'
      assert.equal(code, 0)
      assert.match(
        stderr,
        new RegExp(
          `^crossbridge: output\\.type database \\(crossbridge\\.yml:7:13\\): Node ${version} has no node:sqlite, as 22\\.13 and later have, and better-sqlite3 is not installed: npm install ${wanted}; records go to \\./data/profiling/profile\\.jsonl instead\\n$`,
        ),
      )
      const written = recordsOf(readFileSync(join(folder, 'data/profiling/profile.jsonl'), 'utf8'))
      assert.deepEqual(
        written.map(({ metadata }) => metadata.n),
        [1, 2, 3],
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('leaves a better-sqlite3 that is for another Node alone: to load it may end the process', {
    skip: args.length > 0 && 'current majors run here',
  }, async () => {
    const folder = folderFor('current')
    try {
      const { stderr, code } = await runIn(folder, { packages: 'current', imports, config: to(), body: calls })

      assert.equal(code, 0)
      assert.match(
        stderr,
        /and better-sqlite3 13\.[\d.]+ is for Node >=22: npm install better-sqlite3@12; records go to /,
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('says in report what to do', { skip: args.length > 0 && 'this Node reads databases' }, async () => {
    const folder = folderFor('previous')
    try {
      writeFileSync(join(folder, 'profile.db'), `SQLite format 3\0${'x'.repeat(100)}`)
      const { code, stderr } = await cli(['report', 'profile.db'], { cwd: folder })

      assert.equal(code, 2)
      assert.match(
        stderr,
        new RegExp(
          `^crossbridge: profile\\.db is an SQLite database, which can't be read here: Node ${version} has no node:sqlite, .*: npm install better-sqlite3@12; or use a newer Node\\n$`,
        ),
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
