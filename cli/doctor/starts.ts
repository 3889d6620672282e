import { join } from 'node:path'
import { namesIn, textIn } from '../files.ts'
import { type Start, startOf, startsOf, wordsOf } from './words.ts'

export interface PackageJson {
  readonly name?: string
  readonly main?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Sources {
  readonly root: string
  readonly packageJson: PackageJson | undefined
  readonly dockerfiles: Readonly<Record<string, string>>
}

/** The lines of a project that start it, those of production first. A script that another of them runs is told with it. */
export function readStarts({ root, packageJson, dockerfiles }: Sources): Start[] {
  const scripts = packageJson?.scripts ?? {}
  const ofScript = ofScripts(packageJson)
  const outer = [
    ...Object.entries(dockerfiles).flatMap(([name, text]) => inDockerfile(text, name)),
    ...inProcfile(textIn(join(root, 'Procfile'))),
    ...namesIn(root)
      .filter((name) => /^ecosystem\.config\.(c?js|mjs|json)$/.test(name))
      .flatMap((name) => inEcosystem(textIn(join(root, name)), name)),
  ]
  const scriptNames = Object.keys(scripts)
    .filter((name) => /^(start|serve|prod|production|worker|dev)(:|$)/.test(name))
    .sort((a, b) => Number(a.startsWith('dev')) - Number(b.startsWith('dev')))
    .flatMap(ofScript)
  return [...outer, ...scriptNames].flatMap((start) => through(start, ofScript, 3))
}

/** The starts of a script of package.json. */
export const ofScripts = (packageJson: PackageJson | undefined) => (name: string) =>
  startsOf(packageJson?.scripts?.[name] ?? '', `package.json script ${name}`)

/** `npm start` is what the script says; NODE_OPTIONS of the line hold for it. */
export function through(start: Start, ofScript: (name: string) => Start[], most: number): Start[] {
  const inner = start.scripts.flatMap(ofScript)
  if (inner.length === 0 || most === 0) return start.scripts.length > 0 && inner.length === 0 ? [] : [start]
  return inner
    .map((one) => ({
      ...one,
      location: start.location === one.location ? one.location : `${start.location} (${one.location})`,
      nodeOptions: one.nodeOptions ?? start.nodeOptions,
    }))
    .flatMap((one) => through(one, ofScript, most - 1))
}

/** The last CMD and ENTRYPOINT count. */
function inDockerfile(text: string, location: string): Start[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)
  const last = (word: string) => lines.findLast((line) => new RegExp(`^\\s*${word}\\s`, 'i').test(line))
  const wordsIn = (line: string | undefined) => {
    const given = line?.trim().replace(/^\S+\s+/, '') ?? ''
    try {
      return given.startsWith('[') ? (JSON.parse(given) as string[]).map(String) : wordsOf(given, `"'`)
    } catch {
      return wordsOf(given, `"'`)
    }
  }
  const entrypoint = wordsIn(last('ENTRYPOINT'))
  const words = [...entrypoint, ...wordsIn(last('CMD'))]
  const env = lines.flatMap((line) => /^\s*ENV\s+NODE_OPTIONS[= ]\s*(.*)$/i.exec(line)?.[1]?.trim() ?? []).at(-1)
  const unquoted = env === undefined ? undefined : (/^(["'])(.*)\1$/.exec(env)?.[2] ?? env)
  const [shell = '', flag = '', line = ''] = words
  const starts =
    /^(.*\/)?(ba|da)?sh$/.test(shell) && /^-\w*c$/.test(flag) ? startsOf(line, location) : [startOf(words, location)]
  return starts.flatMap((start) =>
    start === undefined ? [] : { ...start, nodeOptions: start.nodeOptions ?? unquoted },
  )
}

function inProcfile(text: string): Start[] {
  return text.split('\n').flatMap((line) => {
    const [, type = '', command = ''] = /^([\w-]+):\s*(.+)$/.exec(line.trim()) ?? []
    return type === '' || type === 'release' ? [] : startsOf(command, `Procfile ${type}`)
  })
}

/** pm2's file is not run: what it says plainly is read. */
function inEcosystem(text: string, location: string): Start[] {
  const value = (key: string) => new RegExp(`["']?${key}["']?\\s*:\\s*(\\[[^\\]]*\\]|'[^']*'|"[^"]*"|\`[^\`]*\`)`)
  return [...text.matchAll(new RegExp(value('script'), 'g'))].flatMap(({ index, 1: script = '' }) => {
    // Of the same application: up to the next one's script.
    const next = text.slice(index + 1).search(/["']?script["']?\s*:/)
    const before = text.slice(0, index).lastIndexOf('{')
    const part = text.slice(before, next < 0 ? undefined : text.lastIndexOf('{', index + 1 + next))
    const args = ['node_args', 'interpreter_args', 'nodeArgs'].flatMap((key) => value(key).exec(part)?.[1] ?? [])
    const options = value('NODE_OPTIONS').exec(part)?.[1]
    const words = ['node', ...args.flatMap(wordsIn), ...wordsIn(script)]
    const start = startOf(words, location)
    return start === undefined ? [] : [{ ...start, ...(options && { nodeOptions: options.slice(1, -1) }) }]
  })
}

/** The words of a text, or of a list of texts, as JavaScript writes them. */
function wordsIn(text: string): string[] {
  if (!text.startsWith('[')) return wordsOf(text.slice(1, -1), `"'`)
  return [...text.matchAll(/(['"`])(.*?)\1/g)].flatMap(([, , one = '']) => wordsOf(one, ''))
}
