import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { register, root, spawnNode } from '../support/application.ts'
import { bin, cli } from '../support/cli.ts'

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-config-')))
after(() => rmSync(cwd, { recursive: true, force: true }))
writeFileSync(
  join(cwd, 'crossbridge.yml'),
  `runtime:
  profiling:
    enabled: true
    sample_rate: 2
    output:
      - { type: file, path: a.jsonl }
      - { type: otlp, endpoint: "http://user:hidden@127.0.0.1:1" }
`,
)

describe('config', () => {
  it('shows each value with where it comes from, tells mistakes on stderr, and ends with 1 for them', async () => {
    const { code, stdout, stderr } = await cli(['config', '--changed'], {
      cwd,
      env: { CROSSBRIDGE_PROFILING_TARGETS: 'pg,openai' },
    })

    assert.equal(
      stdout,
      `crossbridge.yml
enabled            true              crossbridge.yml:3:14
targets            ["pg","openai"]   CROSSBRIDGE_PROFILING_TARGETS
output.0.type      "file"            crossbridge.yml:6:17
output.0.path      "a.jsonl"         crossbridge.yml:6:29
output.1.type      "otlp"            crossbridge.yml:7:17
output.1.endpoint  (set, not shown)  crossbridge.yml:7:33
`,
    )
    assert.equal(
      stderr,
      'crossbridge: sample_rate must be a number from 0 to 1, not 2 (crossbridge.yml:4:18); using 0.1\n',
    )
    assert.equal(code, 1)
  })

  it('shows every option, those that are the default as such, as JSON too, and no secret', async () => {
    const { stdout } = await cli(['config', '--json'], { cwd })

    const { options, problems } = JSON.parse(stdout)
    assert.deepEqual(options.mode, { value: 'sampling', from: 'default' })
    assert.deepEqual(options['output.1.endpoint'], { from: 'crossbridge.yml:7:33' })
    assert.equal(problems.length, 1)
    assert.doesNotMatch(stdout, /hidden/)
  })

  it('prints the JSON Schema', async () => {
    const { code, stdout } = await cli(['config', '--schema'])

    assert.deepEqual([code, stdout], [0, readFileSync(join(root, 'schema.json'), 'utf8')])
  })

  it('says what to do about a word that it does not know, and ends with 2', async () => {
    const outcomes = await Promise.all([
      cli(['config', '--chnged']),
      cli(['config', 'other.yml']),
      cli(['cnfig']),
      cli([]),
    ])

    assert.deepEqual(
      outcomes.map(({ code, stderr }) => [code, stderr]),
      [
        [2, 'crossbridge: --chnged is not an option of config; did you mean --changed?\n'],
        [2, 'crossbridge: config takes no file; CROSSBRIDGE_CONFIG=other.yml reads another one\n'],
        [2, 'crossbridge: "cnfig" is not a command; did you mean config?\n'],
        [2, ''],
      ],
    )
  })

  it('is not profiled itself, though NODE_OPTIONS starts the agent', async () => {
    const env = { NODE_OPTIONS: `--import ${register}` }
    const bins = join(cwd, 'node_modules', '.bin')
    mkdirSync(bins, { recursive: true })
    symlinkSync(bin, join(bins, 'crossbridge'))

    const own = await cli(['config'], { cwd, env })
    const linked = await spawnNode([join(bins, 'crossbridge'), 'config'], { cwd, env })
    const another = await spawnNode(['-p', '1'], { cwd, env })

    assert.doesNotMatch(own.stderr, /nothing was recorded/)
    assert.doesNotMatch(linked.stderr, /nothing was recorded/)
    assert.match(another.stderr, /nothing was recorded/)
  })
})

describe('the command line', () => {
  it('has a help with an example for each command', async () => {
    const { stdout } = await cli(['--help'])
    const commands = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name = '']) => name)

    assert.ok(commands.includes('config'))
    for (const name of commands) {
      const { code, stdout: help } = await cli([name, '--help'])
      assert.equal(code, 0)
      assert.match(help, new RegExp(`^Usage: npx @crossbridge/agent ${name}`))
      assert.match(help, /^Examples?:/m)
      for (const line of help.split('\n')) assert.ok(line.length <= 120, line)
    }
  })
})
