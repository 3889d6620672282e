import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

interface Package {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** By their folders, as package-lock.json has them; its own names none. */
type Lock = Readonly<Record<string, Omit<Package, 'name'>>>

/** As CycloneDX names them. */
interface Component {
  readonly type: 'library'
  readonly 'bom-ref': string
  readonly group?: string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly licenses: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[]
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
  /** Of one that is bundled: the files that hold its code. */
  readonly evidence?: { readonly occurrences: readonly { readonly location: string }[] }
}

/**
 * dist/sbom.cdx.json, CycloneDX 1.6: the packages whose code is in the files of dist, and those that an installation adds,
 * in the versions of the lock. Made of the same sources it is the same, so it has no serial number and no date.
 */
export function sbom(root: string) {
  const read = (path: string) => JSON.parse(readFileSync(resolve(root, path), 'utf8'))
  const own: Package = read('package.json')
  const lock: Lock = read('package-lock.json').packages
  const folders: Readonly<Record<string, readonly string[]>> = read('dist/build/bundled.json')
  const bundled = Object.entries(folders).map(([folder, files]) => bundledIn(read(`${folder}/package.json`), files))
  const installed = installedBy(own, lock)
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 },
    metadata: { component: component(own) },
    components: [...bundled, ...installed.map((folder) => component(packageIn(folder, lock)))].sort(byRef),
    dependencies: [
      {
        ref: purlOf(own),
        dependsOn: [...bundled.map((one) => one['bom-ref']), ...refsOf('', own, lock)].sort(),
      },
      ...installed.map((folder) => {
        const one = packageIn(folder, lock)
        return { ref: purlOf(one), dependsOn: refsOf(folder, one, lock).sort() }
      }),
    ],
  }
}

const component = (of: Package): Component => ({
  ...{ type: 'library', 'bom-ref': purlOf(of), ...nameOf(of), version: of.version, purl: purlOf(of) },
  licenses: [/^[\w.-]+$/.test(of.license) ? { license: { id: of.license } } : { expression: of.license }],
})

/** One that is installed besides has a reference of its own. */
function bundledIn(of: Package, files: readonly string[]): Component {
  return {
    ...component(of),
    'bom-ref': `bundled:${purlOf(of)}`,
    properties: [{ name: 'cdx:npm:package:bundled', value: 'true' }],
    evidence: { occurrences: [...files].sort().map((location) => ({ location })) },
  }
}

/** The dependencies, and theirs, each once. */
function installedBy(own: Package, lock: Lock): string[] {
  const found = new Set<string>()
  const visit = (from: string, of: Pick<Package, 'dependencies'>) => {
    for (const folder of foldersOf(from, of, lock)) {
      if (found.has(folder)) continue
      found.add(folder)
      visit(folder, packageIn(folder, lock))
    }
  }
  visit('', own)
  return [...found].sort()
}

/** Where Node would find the dependencies of a package: in its own node_modules, else in those above. */
function foldersOf(from: string, { dependencies = {} }: Pick<Package, 'dependencies'>, lock: Lock): string[] {
  return Object.keys(dependencies).map((name) => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
      const folder = `${at === '' ? '' : `${at}/`}node_modules/${name}`
      if (lock[folder] !== undefined) return folder
      if (at === '') throw new Error(`${name}, which ${from || 'this package'} needs, is not in package-lock.json`)
    }
  })
}

const refsOf = (from: string, of: Package, lock: Lock) =>
  foldersOf(from, of, lock).map((folder) => purlOf(packageIn(folder, lock)))

function packageIn(folder: string, lock: Lock): Package {
  const one = lock[folder]
  if (one === undefined) throw new Error(`${folder} is not in package-lock.json`)
  return { name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length), ...one }
}

function nameOf({ name }: Package): { readonly group?: string; readonly name: string } {
  const [group, rest] = name.split('/')
  return rest === undefined ? { name } : { group: group ?? '', name: rest }
}

const purlOf = ({ name, version }: Package) => `pkg:npm/${name.replace('@', '%40')}@${version}`

const byRef = (a: Component, b: Component) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)
