import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { besideChunks } from '../agent/chunk.ts'
import { createInstrumented } from './instrumented.ts'
import { facadeOf, lineOf } from './source.ts'
import { collectWarnings } from './warnings.ts'

/** The parts of webpack's API that are used here, which Rspack's are too. */
interface Compiler {
  readonly options: { readonly module: { readonly rules: unknown[] } }
}
interface LoaderContext {
  readonly resourcePath: string
  callback(error: null, source: unknown, map: unknown, data: unknown): void
  emitWarning(warning: Error): void
}

const { warn, taken } = collectWarnings()
let instrumented: ReturnType<typeof createInstrumented> | undefined
const find = (path: string) => {
  instrumented ??= createInstrumented(warn)
  return instrumented.find(path)
}
/** With this the module behind is asked for. */
const query = 'crossbridge'

/** The plugin for webpack and Rspack. */
function plugin() {
  return {
    apply(compiler: Compiler): void {
      compiler.options.module.rules.push({
        test: (path: string) => find(path) !== undefined,
        resourceQuery: { not: [new RegExp(`[?&]${query}\\b`)] },
        // Whatever its package.json says: it is to be evaluated for our line.
        sideEffects: true,
        enforce: 'post',
        use: [{ loader: fileURLToPath(besideChunks('webpack-loader.cjs')) }],
      })
    },
  }
}

/** Before the other loaders: an ES module is replaced by the one in front of it. */
function pitch(this: LoaderContext): string | undefined {
  const found = find(this.resourcePath)
  for (const text of taken()) this.emitWarning(new Error(text))
  return found?.kind === 'module' ? facadeOf(found, `./${basename(this.resourcePath)}?${query}`) : undefined
}

function line(this: LoaderContext, source: unknown, map: unknown, data: unknown): void {
  const found = find(this.resourcePath)
  this.callback(null, found?.kind === 'commonjs' ? `${source}${lineOf(found)}` : source, map, data)
}

export { line, pitch, plugin }
