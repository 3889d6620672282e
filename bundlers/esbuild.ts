import { readFileSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { isBuiltin } from 'node:module'
import { createInstrumented, type Instrumented } from './instrumented.ts'
import { facadeOf, lineOf } from './source.ts'
import { collectWarnings } from './warnings.ts'

/** The parts of esbuild's API that are used here. */
interface Build {
  readonly initialOptions: { readonly absWorkingDir?: string; readonly loader?: Readonly<Record<string, string>> }
  resolve(path: string, options: Partial<ResolveArgs>): Promise<Resolved>
  onResolve(options: object, callback: (args: ResolveArgs) => Promise<object | undefined>): void
  onLoad(options: object, callback: (args: LoadArgs) => object | undefined): void
  onEnd(callback: () => object): void
}
interface ResolveArgs {
  readonly path: string
  readonly importer: string
  readonly namespace: string
  readonly resolveDir: string
  readonly kind: string
  readonly pluginData: unknown
  readonly with?: Readonly<Record<string, string>>
}
interface Resolved {
  readonly path: string
  readonly namespace: string
  readonly suffix: string
  readonly external: boolean
  readonly errors: readonly unknown[]
}
interface LoadArgs {
  readonly path: string
  readonly suffix: string
  readonly pluginData: unknown
}

const facades = 'crossbridge'
const resolving = Symbol('crossbridge')
const kinds = new Set(['import-statement', 'require-call', 'dynamic-import'])

/** esbuild's own for a file of the user's. */
const loaderOf = (path: string) => (/\.[cm]?ts$/.test(path) ? 'ts' : (/\.([jt]sx)$/.exec(path)?.[1] ?? 'js'))

/** esbuild's plugin. */
function plugin() {
  return {
    name: 'crossbridge',
    setup(build: Build): void {
      const { warn, taken } = collectWarnings()
      const { find, guarded, filters } = createInstrumented(warn, build.initialOptions.absWorkingDir)
      build.onEnd(() => ({ warnings: taken().map((text) => ({ text })) }))
      const filter = filters()
      if (filter === undefined) return

      build.onResolve({ filter: filter.specifier }, async (args) => {
        const { path, importer, namespace, resolveDir, kind, pluginData } = args
        const isAsked = kinds.has(kind) && namespace !== facades && !isBuiltin(path)
        if (!isAsked || (pluginData as Record<symbol, unknown> | undefined)?.[resolving]) return undefined
        const inner = { ...(pluginData as object | undefined), [resolving]: true }
        const options = { importer, namespace, resolveDir, kind, pluginData: inner, ...(args.with && { with: args.with }) }
        const found = await build.resolve(path, options)
        if (found.errors.length > 0 || found.external || found.namespace !== 'file' || found.suffix !== '')
          return undefined
        const instrumented = find(found.path, path)
        if (instrumented?.kind !== 'module') return undefined
        return { path: found.path, namespace: facades, pluginData: instrumented }
      })
      build.onLoad({ filter: /.*/, namespace: facades }, ({ path, pluginData }) => ({
        contents: facadeOf(pluginData as Instrumented, `./${basename(path)}`),
        resolveDir: dirname(path),
        loader: 'js',
      }))
      build.onLoad({ filter: filter.path, namespace: 'file' }, ({ path, suffix, pluginData }) => {
        const instrumented = suffix === '' ? find(path) : undefined
        if (instrumented?.kind !== 'commonjs') return undefined
        return guarded(path, () => ({
          contents: readFileSync(path, 'utf8') + lineOf(instrumented),
          loader: build.initialOptions.loader?.[extname(path)] ?? loaderOf(path),
          pluginData,
        }))
      })
    },
  }
}

export { plugin }
