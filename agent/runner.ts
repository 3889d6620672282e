import type cluster from 'node:cluster'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { agentRequire, codeFolder } from './chunk.ts'

/** Packages whose command runs others, or none: never the application in its own process. */
const runners =
  /^(tsx|nodemon|concurrently|npm-run-all2?|cross-env|cross-spawn|dotenv-cli|env-cmd|wait-on|start-server-and-test|wireit|onchange|chokidar-cli|husky|lint-staged|rimraf|typescript|eslint|prettier|prisma|turbo|nx|lerna)$/
const inPackages = `${sep}node_modules${sep}`
/** The configuration files of tools, and lists that a build writes: they are no code of the application. */
const configuration = /([\\/.])(config|conf|rc)(\.\w+)*\.[cm]?[jt]s$|[\\/]\.[\w-]+rc(\.[cm]?js)?$|-manifest\.js$/
const node = /(^|[\s\\/"'])(node|nodejs|npm|npx|pnpm|yarn|tsx|ts-node|next|nest|nodemon)(\.exe|\.cmd)?([\s"']|$)/
const agent = /@crossbridge[\\/]agent|register\.mjs/

/**
 * True when this process only runs others: its command belongs to a package, it has loaded no module of the application,
 * and a Node that it started has the agent too, or its package is known to. Asked at exit; what it runs speaks for itself.
 */
export function watchRunner(env: NodeJS.ProcessEnv): () => boolean {
  const [, script] = process.argv
  const entry = script === undefined ? '' : realOf(script)
  const at = entry.lastIndexOf(inPackages)
  if (at < 0) return () => isTestStarter(env) || hasWorkers()
  const [scope = '', name = ''] = entry.slice(at + inPackages.length).split(sep)
  const isKnown = runners.test(scope.startsWith('@') ? `${scope}/${name}` : scope)
  const inherits = agent.test(env.NODE_OPTIONS ?? '')
  let carried = false

  const heard = (message: unknown) => {
    const { process: child } = message as { process: { spawnfile?: string; spawnargs?: readonly string[] } }
    // It is made before it knows what it is to run.
    queueMicrotask(() => {
      const words = [child.spawnfile, ...(child.spawnargs ?? [])].join(' ')
      carried ||= agent.test(words) || (inherits && (words.includes(process.execPath) || node.test(words)))
      if (carried) unsubscribe('child_process', heard)
    })
  }
  if (!isKnown) subscribe('child_process', heard)

  return () => (isKnown || carried) && !hasApplication()
}

/** `node --test`, which by `--require` has the agent as well as the processes of its files. */
const isTestStarter = ({ NODE_TEST_CONTEXT }: NodeJS.ProcessEnv) =>
  NODE_TEST_CONTEXT === undefined && process.execArgv.includes('--test')

/** The first process of a cluster runs the same file in its workers. */
function hasWorkers(): boolean {
  // To load it for the asking would take 5 ms of each exit without a record.
  const { moduleLoadList } = process as { moduleLoadList?: readonly string[] }
  if (moduleLoadList?.some((name) => name.endsWith('internal/cluster/primary')) === false) return false
  const { isPrimary, settings } = agentRequire()('node:cluster') as typeof cluster
  return isPrimary && Object.keys(settings).length > 0
}

function hasApplication(): boolean {
  const agentFolder = fileURLToPath(codeFolder())
  return Object.keys(agentRequire().cache).some(
    (path) =>
      !path.includes(inPackages) &&
      !path.startsWith(agentFolder) &&
      /\.[cm]?[jt]sx?$/.test(path) &&
      !configuration.test(path),
  )
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
