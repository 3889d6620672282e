import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { resolveFrom } from '../files.ts'
import { type Finding, listed, note, problem } from './finding.ts'
import { agentName, isAgent, type Project, register } from './project.ts'
import { type Preload, readNodeOptions, type Start } from './words.ts'

/** Packages that patch libraries too, or that are loaded to start such a one. */
export const agents: Readonly<Record<string, string>> = {
  'dd-trace': 'Datadog',
  newrelic: 'New Relic',
  'elastic-apm-node': 'Elastic APM',
  '@sentry/node': 'Sentry',
  '@opentelemetry/auto-instrumentations-node': 'OpenTelemetry',
  '@opentelemetry/sdk-node': 'OpenTelemetry',
  '@traceloop/node-server-sdk': 'Traceloop',
  appdynamics: 'AppDynamics',
  '@splunk/otel': 'Splunk',
  '@instana/collector': 'Instana',
  '@dynatrace/oneagent': 'Dynatrace',
}

const agentIn = (module: string) => Object.keys(agents).find((name) => module === name || module.startsWith(`${name}/`))

/** The words that start this agent from any folder. */
export const byUrl = `--import ${pathToFileURL(register).href}`

/** A command with NODE_OPTIONS, in the words of the shell that is the system's. */
export const withOptions = (options: string, command: string, platform: string = process.platform) =>
  platform === 'win32' ? `set NODE_OPTIONS=${options}&& ${command}` : `NODE_OPTIONS="${options}" ${command}`

/** Checks NODE_OPTIONS, wherever they are set. */
export function checkNodeOptions(
  text: string,
  location: string,
  { root, cwd }: Pick<Project, 'root' | 'cwd'>,
): Finding[] {
  const { preloads, ignored } = readNodeOptions(text)
  const findings: Finding[] = []
  const isOurs = (word: string) => word.includes(agentName) || word.includes('register.mjs')
  if (/'/.test(text) && isOurs(text))
    findings.push(
      problem(
        `${location}: Node doesn't take single quotes off in NODE_OPTIONS, so the agent is not started by it`,
        `take the quotes out of NODE_OPTIONS (${location}): ${byUrl}`,
      ),
    )
  else if (/^"[^"]* [^"]*"$/.test(text.trim()) && isOurs(text))
    findings.push(
      problem(
        `${location}: in double quotes NODE_OPTIONS is a single word to Node, which refuses it and does not start`,
        `take the quotes out of NODE_OPTIONS (${location}): ${byUrl}`,
      ),
    )
  else if (ignored.some(isOurs))
    findings.push(
      problem(
        `${location}: Node reads NODE_OPTIONS up to the first word that is not an option, here ${JSON.stringify(ignored[0])}, and no further`,
        `take ${JSON.stringify(ignored[0])} out of NODE_OPTIONS (${location})`,
      ),
    )
  findings.push(...checkPaths(preloads, location, root))
  for (const { flag, module } of preloads) {
    if (!isAgent(module, root) || isAbsolute(module) || module.startsWith('file:') || isNoUrl(flag, module)) continue
    const found = module.startsWith('.') || resolveFrom(cwd, module) !== undefined
    const advice = `give the file URL in NODE_OPTIONS (${location}): ${byUrl}`
    findings.push(
      found
        ? note(
            `${location} names ${module}, which a process in another working directory can't find: it ends before it runs`,
            advice,
          )
        : problem(
            `${location} names ${module}, which can't be found from ${cwd}: every Node process ends before it runs`,
            advice,
          ),
    )
  }
  return findings
}

/** Of Windows' paths Node takes those that are relative and written with slashes: `C:` is the scheme of a URL to it. */
const isNoUrl = (flag: Preload['flag'], module: string) =>
  flag === '--import' && !module.startsWith('file:') && (module.includes('\\') || /^[a-z]:/i.test(module))

/** Tells of an agent that is named by a path where Node wants a URL. */
export function checkPaths(preloads: readonly Preload[], location: string, root: string): Finding[] {
  return preloads
    .filter(({ flag, module }) => isAgent(module, root) && isNoUrl(flag, module))
    .map(({ module }) =>
      problem(
        `${location}: --import takes a package or a file URL, and no path such as ${module}: Node ends before it runs the application`,
        `give the file URL (${location}): --import ${/^\./.test(module) ? module.replaceAll('\\', '/') : pathToFileURL(module, { windows: true }).href}`,
      ),
    )
}

/** Tells of an agent that stands where Node does not look for it. */
export function checkPosition({ location, entry, rest }: Start, root: string): Finding[] {
  if (!rest.some((word) => isAgent(word.replace(/^(--import|--require|-r)=/, ''), root))) return []
  return [
    problem(
      `${location}: --import stands after ${entry}, so Node hands it to the application instead of loading the agent`,
      `put it before the file (${location}): node --import ${agentName} ${entry}`,
    ),
  ]
}

/** Tells of preloads that keep the agent from being the first. */
export function checkOrder(preloads: readonly Preload[], location: string, root: string): Finding[] {
  const at = preloads.findIndex(({ module }) => isAgent(module, root))
  const before = preloads.slice(0, Math.max(0, at)).map(({ module }) => module)
  const others = before.filter((module) => agentIn(module) !== undefined)
  const isTsNode = preloads.some(({ flag, module }) => flag === '--require' && /^ts-node(\/|$)/.test(module))
  const findings: Finding[] = []
  if (isTsNode && preloads[at]?.flag === '--import' && Number.parseInt(process.versions.node, 10) < 24)
    findings.push(
      problem(
        `${location}: -r ts-node/register can't stand beside any --import on Node 20 and 22`,
        `preload the agent the same way (${location}): node -r ${agentName} -r ts-node/register`,
      ),
    )
  if (others.length > 0)
    findings.push(
      note(
        `${location}: ${listed(others)} is loaded before the agent, and so may be the libraries that it patches`,
        `put ${agentName} before ${others[0]} (${location})${isRequired(preloads, others[0]) ? ', by -r as well: Node loads what -r names first' : ''}`,
      ),
    )
  else if (before.some((module) => !/^(ts-node|tsx|dotenv|source-map-support|@swc)/.test(module)))
    findings.push(
      note(
        `${location}: ${listed(before)} is loaded before the agent; a library that it loads is not profiled in what took it from there`,
      ),
    )
  return findings
}

const isRequired = (preloads: readonly Preload[], name: string | undefined) =>
  preloads.some(({ flag, module }) => flag === '--require' && module === name)
