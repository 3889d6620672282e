import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { sbom } from '../../build/sbom.ts'
import { root } from '../support/application.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const text = read('dist/sbom.cdx.json')
const bom: ReturnType<typeof sbom> = JSON.parse(text)
const own = JSON.parse(read('package.json'))
const nameOf = ({ group, name }: { readonly group?: string; readonly name: string }) =>
  group === undefined ? name : `${group}/${name}`
const bundled = bom.components.filter(({ evidence }) => evidence !== undefined)

describe('the SBOM', () => {
  it('is of this package, and the same whenever it is made', () => {
    assert.deepEqual([bom.bomFormat, bom.specVersion], ['CycloneDX', '1.6'])
    assert.deepEqual([nameOf(bom.metadata.component), bom.metadata.component.version], [own.name, own.version])
    assert.equal(`${JSON.stringify(sbom(root), undefined, 2)}\n`, text)
    assert.doesNotMatch(text, /serialNumber|timestamp/)
  })

  it('has the packages whose code is in dist, each with its files, version and licence', () => {
    const notices = [...read('NOTICES.md').matchAll(/^## (\S+) (\S+) \((.+)\)$/gm)]
    const files = bundled.flatMap(({ evidence }) => evidence?.occurrences.map(({ location }) => location) ?? [])

    assert.deepEqual(
      bundled.map((one) => [nameOf(one), one.version, one.licenses[0]?.license?.id].join(' ')).sort(),
      notices.map(([, name, version, licence]) => [name, version, licence].join(' ')).sort(),
    )
    for (const { properties } of bundled)
      assert.deepEqual(properties, [{ name: 'cdx:npm:package:bundled', value: 'true' }])
    assert.deepEqual(
      [...new Set(files)].sort(),
      readdirSync(join(root, 'dist/vendor')).map((name) => `dist/vendor/${name}`),
    )
  })

  it('misses no package in the other files of dist, in which the bundler names what it takes', () => {
    const folders = ['dist/chunk', 'dist/chunk/library', 'dist/cjs']
    const files = folders.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    const holding = files.filter((file) => /\.c?js$/.test(file) && /^ *\/\/ .*node_modules\//m.test(read(file)))

    assert.ok(files.some((file) => /^ *\/\/ cli\/main\.ts$/m.test(/cli\.cjs$/.test(file) ? read(file) : '')))
    assert.deepEqual(holding, [])
  })

  it('has the dependencies of package.json; test/e2e/package.test.ts compares all with what is installed', () => {
    const [first] = bom.dependencies
    const direct = (first?.dependsOn ?? []).filter((ref) => !ref.startsWith('bundled:'))

    assert.deepEqual(
      direct.map((ref) => ref.replace(/^pkg:npm\/(.+)@.+$/, '$1')).sort(),
      Object.keys(own.dependencies).sort(),
    )
  })

  it('refers to what it has, and names no registry and no path of a machine', () => {
    const refs = new Set([bom.metadata.component, ...bom.components].map((one) => one['bom-ref']))

    assert.equal(refs.size, bom.components.length + 1)
    for (const { ref, dependsOn } of bom.dependencies)
      for (const one of [ref, ...dependsOn]) assert.ok(refs.has(one), one)
    assert.doesNotMatch(text.replace('http://cyclonedx.org/schema/bom-1.6.schema.json', ''), /https?:|file:|resolved/)
    assert.ok(!text.includes(JSON.stringify(root).slice(1, -1)))
  })
})
