import { join } from 'node:path'
import { packageOf } from '../../agent/load/match.ts'
import { namesIn, textIn } from '../files.ts'
import { externalsLine, nextExternals } from '../next.ts'
import type { Project } from './project.ts'

/** What the project's bundler is to be told, so that the agent sees what it bundles. */
export interface BundlerLines {
  readonly title: string
  readonly lines: readonly string[]
}

/** Bundlers that take the plugin, with what their configuration says where they bundle for a server. */
const bundlers = [
  { name: 'esbuild', config: /^(esbuild|tsup)\.config\./, isServers: /./ },
  { name: 'vite', config: /^vite\.config\./, isServers: /\bnoExternal\b/ },
  { name: 'rollup', config: /^rollup\.config\./, isServers: /./ },
  { name: 'rolldown', config: /^(rolldown|tsdown)\.config\./, isServers: /./ },
  { name: 'webpack', config: /^webpack\.config\./, isServers: /\btarget\b.*node/ },
  { name: 'rspack', config: /^rspack\.config\./, isServers: /\btarget\b.*node/ },
] as const

/** Advice for Next.js and for each bundler with which the project builds a server. */
export function bundlerLinesOf(project: Project): BundlerLines[] {
  return [...ofNext(project), ...bundlers.flatMap((one) => ofBundler(project, one))]
}

function ofNext({ folder, scripts, dependencies, libraries }: Project): BundlerLines[] {
  const isCalled = Object.values(scripts).some((line) => /(^|[\s=])next\s+(build|start|dev)\b/.test(line))
  if (!isCalled && !dependencies.includes('next')) return []
  // What a dependency brings along is left out with that.
  const names = libraries
    .filter(({ fit }) => fit !== 'unsupported')
    .map(({ module, through }) => through ?? packageOf(module))
  const externals = nextExternals(folder, names)
  if (externals.missing.length === 0) return []
  const line = externalsLine(externals)
  const { file } = externals
  return [
    {
      title: `What Next.js bundles is not seen; leave it out, in ${file ?? 'a new next.config.mjs'}`,
      lines: file === undefined ? [`export default { ${line} }`] : [`${line},`],
    },
  ]
}

function ofBundler(
  { folder, scripts }: Project,
  { name, config, isServers }: (typeof bundlers)[number],
): BundlerLines[] {
  const file = namesIn(folder).find((one) => config.test(one))
  const script = Object.entries(scripts).find(([, line]) => new RegExp(`(^|[\\s/\\\\])${name}(\\s|$)`).test(line))
  const isCalled = script !== undefined && /--bundle\b/.test(script[1]) && !/--packages=external/.test(script[1])
  const isThere = file === undefined ? isCalled : isServers.test(textIn(join(folder, file)))
  if (!isThere || (file !== undefined && textIn(join(folder, file)).includes('@crossbridge/agent'))) return []
  const plugin = [`import crossbridge from '@crossbridge/agent/${name}'`, 'plugins: [crossbridge()],']
  const unseen = `What ${name} bundles is not seen`
  if (file !== undefined) return [{ title: `${unseen} without the plugin, in ${file}`, lines: plugin }]
  const external = `${JSON.stringify(script?.[0])}: ${JSON.stringify(`${script?.[1]} --packages=external`)}`
  return [
    {
      title: `${unseen}; leave packages out, if node_modules is deployed, in package.json`,
      lines: [external],
    },
    { title: `Or take the plugin, in a script that calls build() of ${name}`, lines: plugin },
  ]
}
