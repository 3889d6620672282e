import { createInstrumented, type Instrumented } from './instrumented.ts'
import { facadeOf, lineOf } from './source.ts'
import { collectWarnings } from './warnings.ts'

/** The parts of Rollup's API that are used here, which Vite's and Rolldown's are too. */
interface Context {
  resolve(source: string, importer: string, options: object): Promise<Resolved | null>
  warn(text: string): void
  /** Vite's. */
  readonly environment?: { readonly config?: { readonly consumer?: string } }
}
interface Resolved {
  readonly id: string
  readonly external: boolean | 'absolute'
}

const prefix = '\0crossbridge:'

/** The plugin for Rollup, Rolldown and Vite. */
function plugin() {
  const { warn, taken } = collectWarnings()
  const { find } = createInstrumented(warn)
  const facades = new Map<string, Instrumented>()
  const isBrowsers = ({ environment }: Context) => environment?.config?.consumer === 'client'
  const tell = (context: Context) => {
    for (const text of taken()) context.warn(text)
  }

  return {
    name: 'crossbridge',
    // Vite's: its server for development loads packages by Node.
    apply: 'build' as const,
    resolveId: {
      order: 'pre' as const,
      async handler(this: Context, source: string, importer: string | undefined, options: object) {
        if (importer === undefined || source.startsWith('\0') || importer.startsWith(prefix)) return null
        if (isBrowsers(this)) return null
        const found = await this.resolve(source, importer, { ...options, skipSelf: true })
        if (!found || found.external) return null
        const instrumented = find(found.id, source)
        tell(this)
        if (instrumented?.kind !== 'module') return null
        facades.set(found.id, instrumented)
        return { id: prefix + found.id, moduleSideEffects: true }
      },
    },
    load: {
      order: 'pre' as const,
      handler(id: string) {
        const path = id.startsWith(prefix) ? id.slice(prefix.length) : undefined
        const instrumented = path === undefined ? undefined : facades.get(path)
        if (path === undefined || instrumented === undefined) return null
        return { code: facadeOf(instrumented, path), map: { mappings: '' as const }, moduleSideEffects: true }
      },
    },
    transform: {
      order: 'pre' as const,
      handler(this: Context, code: string, id: string) {
        if (isBrowsers(this)) return null
        const instrumented = find(id)
        tell(this)
        if (instrumented?.kind !== 'commonjs') return null
        return { code: code + lineOf(instrumented), map: null, moduleSideEffects: true }
      },
    },
  }
}

export { plugin }
