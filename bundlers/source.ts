import { type Bundled, bundledKey } from '../agent/load/bundled.ts'
import type { Instrumented } from './instrumented.ts'

const hook = `globalThis[Symbol.for(${JSON.stringify(bundledKey)})]`

/**
 * What stands at the end of a CommonJS module. It does nothing without the agent; lines and columns of the module stay as
 * they are, and with them its source map.
 */
export const lineOf = ({ bundled }: Instrumented): string => `\n;${hook}?.commonjs(module,${JSON.stringify(bundled)});`

/**
 * The module in front of an ES module, which its importers get. All exports are those of the module behind it, by the
 * bundler's own binding, but for functions that are to be replaced: of these it has a binding that can be set. Only what is
 * needed is named, so that a bundler leaves out what nobody uses.
 */
export function facadeOf({ names, set, hasDefault, bundled }: Instrumented, from: string): string {
  const behind = JSON.stringify(from)
  const settable = [...set].filter((name) => identifier.test(name))
  const own = settable.map((name, i) => `var $${i}=$.${name};`).join('')
  const ownExports = settable.map((name, i) => `$${i} as ${name}`).join(',')
  const exports = [...(names ?? [])].filter((name) => identifier.test(name) && !settable.includes(name))
  const handed = [
    ...settable.map((name, i) => `${name}:[()=>$${i},v=>{$${i}=v}]`),
    ...exports.map((name) => `${name}:[()=>$.${name}]`),
  ].join(',')
  return [
    `import*as $ from ${behind};`,
    `export*from ${behind};`,
    ...(hasDefault && !settable.includes('default') ? [`export{default}from ${behind};`] : []),
    ...(settable.length > 0 ? [own, `export{${ownExports}};`] : []),
    `${hook}?.({${handed}},${JSON.stringify(bundled satisfies Bundled)}${names === undefined ? ',$' : ''});`,
    '',
  ].join('\n')
}

/** Other names are for no path. */
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u
