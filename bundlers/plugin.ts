import { rollupHooks } from './rollup.ts'
import { applyTo, type Compiler, line, pitch } from './webpack.ts'

/** What Vite tells a plugin of its run. */
interface Run {
  readonly command: string
}

/** One plugin for Rollup, Rolldown and Vite, which know its hooks, and for webpack and Rspack, which know `apply`. */
function plugin() {
  return {
    name: 'crossbridge',
    ...rollupHooks(),
    /** Webpack hands over its compiler; Vite asks whether to take part: its server for development loads packages by Node. */
    apply(compilerOrConfig: Compiler | object, run?: Run): unknown {
      return run === undefined ? applyTo(compilerOrConfig as Compiler) : run.command === 'build'
    },
  }
}

export { line, pitch, plugin }
