import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { describe, it } from 'node:test'
import { root } from './support/application.ts'

/**
 * Who may import whom, types and chunks included: each floor those below it, and a folder itself. Files of one floor
 * that stand in no folder may import each other; its folders are siblings that never meet.
 */
const floors: readonly (readonly string[])[] = [
  [
    'agent/model.ts',
    'agent/model/',
    'agent/diagnostics.ts',
    'agent/chunk.ts',
    'agent/clock.ts',
    'agent/locate/path.ts',
  ],
  [
    'agent/call.ts',
    'agent/class-name.ts',
    'agent/own-data.ts',
    'agent/fresh-promises.ts',
    'agent/drivers.ts',
    'agent/ledger.ts',
    'agent/suggest.ts',
    'agent/manifest.ts',
    'agent/methods.ts',
    'agent/library.ts',
    'agent/call-words.ts',
    'agent/extensions.ts',
    'agent/format.ts',
    'agent/reflected.ts',
    'agent/stamp.ts',
    'agent/stream.ts',
    'agent/threads.ts',
    'agent/undici-log.ts',
    'agent/test-root.ts',
  ],
  ['instrumentations/', 'agent/locate/', 'agent/config/'],
  ['agent/replace/', 'agent/process/', 'agent/findings/'],
  [
    'agent/load/',
    'agent/scope/',
    'agent/filter/',
    'agent/output/',
    'agent/probe/',
    'agent/request/',
    'agent/testing/',
    'agent/wire/',
  ],
  [
    'agent/start.ts',
    'agent/api.ts',
    'agent/manual.ts',
    'agent/network.ts',
    'agent/exit.ts',
    'agent/imported.ts',
    'agent/lambda.ts',
    'agent/runner.ts',
    'agent/pipeline.ts',
    'agent/recording.ts',
    'agent/recorders.ts',
    'agent/plan.ts',
    'agent/reload.ts',
    'agent/system.ts',
    'agent/test-execution.ts',
    'agent/request-point.ts',
    'agent/labels.ts',
    'agent/wire.ts',
  ],
  ['cli/'],
  ['bundlers/'],
]

/** Imports that no floor allows, and why. */
const exceptions: Readonly<Record<string, string>> = {}

const sources = ['agent', 'bundlers', 'cli', 'instrumentations'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).split(sep).join('/')),
)

describe('the floors', () => {
  it('has a place for every source file', () => {
    assert.ok(sources.length > 20)
    assert.deepEqual(
      sources.filter((file) => floorOf(file) < 0),
      [],
    )
  })

  it('lets imports go down only', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => !mayImport(file, target))
        .map((target) => `${file} imports ${target}`),
    )

    assert.deepEqual(wrong.sort(), Object.keys(exceptions).sort())
  })

  it('has no two files that import each other, by whatever round', () => {
    const rounds: string[] = []
    const done = new Set<string>()
    const visit = (file: string, above: readonly string[]) => {
      if (above.includes(file)) rounds.push([...above.slice(above.indexOf(file)), file].join(' -> '))
      if (done.has(file) || above.includes(file)) return
      for (const target of importsOf(file)) visit(target, [...above, file])
      done.add(file)
    }
    for (const file of sources) visit(file, [])

    assert.deepEqual(rounds, [])
  })

  it('keeps the instrumentations data: they import the types of the model, and each other', () => {
    const wrong = sources
      .filter((file) => file.startsWith('instrumentations/'))
      .flatMap(importsOf)
      .filter((target) => !target.startsWith('instrumentations/') && target !== 'agent/model.ts')

    assert.deepEqual(wrong, [])
  })

  it('sees each part that is loaded as a chunk, by the name of its file', () => {
    const wrong = sources.flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      const typed = [...text.matchAll(/\bchunk<typeof import\('([^']+)'\)>\(\s*'([^']+)'/g)]
      const all = /import \{[^}]*\bchunk\b/.test(text) ? [...text.matchAll(/\bchunk(?:<|\()/g)] : []
      const misnamed = typed.filter(([, path = '', name]) => basename(path, '.ts') !== name)
      return misnamed.length > 0 || (all.length !== typed.length && !text.includes('chunk<{ default:')) ? [file] : []
    })

    assert.deepEqual(wrong, [])
  })

  it('has no literal with Unicode properties in what each start reads: Node looks them up for 1 ms, used or not', () => {
    const read = ['register.mjs', ...['load', 'start', 'loader-thread'].map((name) => `dist/chunk/${name}.cjs`)]
    const wrong = read.filter((file) => /(?<!\\)\\p\{/.test(readFileSync(join(root, file), 'utf8')))

    assert.deepEqual(wrong, [])
  })
})

function floorOf(file: string): number {
  const exact = floors.findIndex((floor) => floor.includes(file))
  return exact >= 0
    ? exact
    : floors.findIndex((floor) => floor.some((one) => one.endsWith('/') && file.startsWith(one)))
}

function mayImport(file: string, target: string): boolean {
  if (floorOf(target) !== floorOf(file)) return floorOf(target) < floorOf(file)
  return floors.flat().includes(file) || folderOf(file) === folderOf(target)
}

/** `agent/output/`, of what stands in folders below it too; none for a file that its floor names. */
const folderOf = (file: string) => floors.flat().find((one) => one.endsWith('/') && file.startsWith(one))

/** Every path of this project in an `import`, an `export … from` or an `import()`, of types too. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const named = /^(?:import|export) [^'"]*?from '(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/gms
  return [...text.matchAll(named)].map(([, from = '', called = '']) =>
    relative(root, resolve(root, dirname(file), from || called))
      .split(sep)
      .join('/'),
  )
}
