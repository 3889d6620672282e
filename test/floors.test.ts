import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, it } from 'node:test'
import { root } from './support/application.ts'

/** What may import what: each floor only those below it; those beside each other meet, but for one floor's. */
const floors: readonly (readonly string[])[] = [
  ['agent/model.ts', 'agent/diagnostics.ts', 'agent/chunk.ts'],
  [
    'agent/class-name.ts',
    'agent/data.ts',
    'agent/fresh.ts',
    'agent/ledger.ts',
    'agent/suggest.ts',
    'agent/manifest.ts',
    'agent/extensions.ts',
    'agent/locate/path.ts',
    'agent/reflected.ts',
    'agent/stream.ts',
    'agent/threads.ts',
    'instrumentations/',
  ],
  ['agent/locate/'],
  ['agent/replace/'],
  [
    'agent/alert/',
    'agent/config/',
    'agent/load/',
    'agent/scope/',
    'agent/filter/',
    'agent/output/',
    'agent/probe/',
    'agent/request/',
  ],
  [
    'agent/start.ts',
    'agent/api.ts',
    'agent/manual.ts',
    'agent/network.ts',
    'agent/exit.ts',
    'agent/imported.ts',
    'agent/runner.ts',
    'agent/pipeline.ts',
    'agent/plan.ts',
    'agent/reload.ts',
  ],
  ['cli/'],
]
/** The floor whose folders are siblings that never meet. */
const siblings = 4

const sources = ['agent', 'cli', 'instrumentations'].flatMap((folder) =>
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

  it('lets imports go down only, types excepted', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => !mayImport(file, target))
        .map((target) => `${file} imports ${target}`),
    )

    assert.deepEqual(wrong, [])
  })

  it('keeps the instrumentations data: they import types, and each other alone', () => {
    const wrong = sources
      .filter((file) => file.startsWith('instrumentations/'))
      .flatMap(importsOf)
      .filter((target) => !target.startsWith('instrumentations/'))

    assert.deepEqual(wrong, [])
  })
})

function floorOf(file: string): number {
  return floors.findIndex((floor) =>
    floor.some((place) => file === place || (place.endsWith('/') && file.startsWith(place))),
  )
}

function mayImport(file: string, target: string): boolean {
  const [own, other] = [floorOf(file), floorOf(target)]
  const both = own === siblings && other === siblings
  return both ? folderOf(file) === folderOf(target) : other < own || (own !== siblings && own === other)
}

/** `agent/output`, of what stands in folders below it too. */
const folderOf = (file: string) => file.split('/').slice(0, 2).join('/')

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^(?:import|export) (?!type )[^'"]*?from '(\.[^']+)'/gms)].map(([, path = '']) =>
    relative(root, resolve(root, dirname(file), path))
      .split(sep)
      .join('/'),
  )
}
