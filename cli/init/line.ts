/** A command line with the agent in it, and what there is to say of it. */
export interface Changed {
  readonly line: string
  /** The part that starts the application, as it was: what `doctor --` takes. */
  readonly command: string
  /** True if it sets a variable in a way that cmd.exe does not know. */
  readonly needsShell: boolean
  readonly isOn: boolean
}

/** What starts the agent. */
export const preload = '--import @crossbridge/agent'
const preloadOfTsNode = '-r @crossbridge/agent'
/** They run other scripts, or only build: the application is not theirs to start. */
const others =
  /^(npm|pnpm|yarn|bun|bunx|deno|turbo|nx|lerna|concurrently|npm-run-all|run-[sp]|wait-on|tsc|tsup|tsdown|rimraf|rm|cp|mkdir|echo|cd|eslint|biome|prettier|prisma|vite|webpack|parcel|ng|react-scripts|rollup|esbuild|jest|vitest|mocha|docker|docker-compose|make|sh|bash|sleep|exit|test)$/

/**
 * Puts the agent into a command line; undefined where nothing in it starts an application of Node's. `nodemon` is what its
 * configuration says.
 */
export function changeLine(line: string, nodemon = ''): Changed | undefined {
  const parts = line.split(/(\s*(?:&&|\|\||[;|&])\s*)/)
  const known = parts.map((part, i) => (i % 2 === 0 ? changePart(part, nodemon) : undefined))
  const sure = known.findLastIndex((part) => part?.isSure)
  const at = sure >= 0 ? sure : known.findLastIndex(Boolean)
  const found = known[at]
  const command = parts[at]
  if (found === undefined || command === undefined) return undefined
  return {
    line: parts.with(at, found.text).join(''),
    command: command.replace(/^\s*(?:cross-env\s+)?(?:\w+=\S*\s+)*/, '').trim(),
    needsShell: found.needsShell,
    isOn: line.includes('@crossbridge/agent'),
  }
}

interface Part {
  readonly text: string
  readonly isSure: boolean
  readonly needsShell: boolean
}

function changePart(part: string, nodemon: string): Part | undefined {
  const [, space = '', env = '', rest = ''] =
    /^(\s*)((?:(?:npx\s+)?cross-env(?:-shell)?\s+)?(?:\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)*)(.*)$/s.exec(part) ?? []
  const [, binary = '', gap = '', words = ''] = /^(\S+)(\s*)(.*)$/s.exec(rest) ?? []
  const name = binary.replace(/^.*[\\/]/, '').replace(/\.(exe|cmd)$/, '')
  const sure = (text: string) => ({ text: space + env + text, isSure: true, needsShell: false })
  if (name === '' || others.test(name)) return undefined
  if (name === 'node' || name === 'nodejs') return words === '' ? undefined : sure(nodeLine(binary, words, env))
  if (name === 'tsx') {
    const [, watch = '', file = ''] = /^(watch\s+)?(.*)$/s.exec(words) ?? []
    return sure(watch ? `${binary}${gap}${watch}${preload} ${file}` : `node ${preload} --import tsx ${file}`)
  }
  if (name === 'ts-node') return sure(`node -r @crossbridge/agent -r ts-node/register ${words}`)
  if (name === 'nodemon' && !/(^|\s)(--exec|-x)\b/.test(words) && /\.[cm]?js\b/.test(words))
    return sure(`${binary} --exec "node ${preload}" ${words}`)
  return {
    text: `${space}${withOptions(env, runsTsNode(env + rest, name, nodemon) ? preloadOfTsNode : preload)}${rest}`,
    isSure:
      /^(next|nest|nodemon|nuxt|remix|react-router-serve|strapi|sails|moleculer-runner|ts-node-dev|fastify|medusa)$/.test(
        name,
      ),
    needsShell: !env.includes('cross-env'),
  }
}

/** ts-node's preloads can't stand beside any `--import` on Node 20 and 22. */
function nodeLine(binary: string, words: string, env: string): string {
  const isTsNode = /(^|[\s"'=])(-r|--require)[ =]ts-node/.test(`${env} ${words}`)
  return `${binary} ${isTsNode ? preloadOfTsNode : preload} ${words}`
}

/** True if ts-node runs it, which nodemon uses by itself for TypeScript. */
function runsTsNode(text: string, name: string, nodemon: string): boolean {
  const named = /(^|[\s"'=\\/])ts-node\b/
  if (named.test(text)) return true
  if (name !== 'nodemon' || /(^|\s)(--exec|-x)\b/.test(text)) return false
  return named.test(nodemon) || (/\.[cm]?tsx?\b/.test(text) && !/"exec"/.test(nodemon))
}

/** Variables with the preload among them. */
export function withOptions(env: string, preload: string): string {
  const given = /NODE_OPTIONS=(?:"([^"]*)"|'([^']*)'|(\S*))/.exec(env)
  // Not all shells that cross-env runs in know single quotes.
  const quote = env.includes('cross-env') ? '"' : "'"
  if (given === null) return `${env}NODE_OPTIONS=${quote}${preload}${quote} `
  const before = given[1] ?? given[2] ?? given[3] ?? ''
  return env.replace(given[0], () => `NODE_OPTIONS=${quote}${preload} ${before}${quote}`)
}
