import { basename } from 'node:path'

/** One way in which an application is started, as far as its words tell. */
export interface Start {
  /** `package.json script start`. */
  readonly location: string
  /** `node`, `tsx`, `next`; undefined where nothing of Node's was recognised. */
  readonly program: string | undefined
  /** Modules that Node loads before the application, in its order: those of NODE_OPTIONS come first. */
  readonly preloads: readonly Preload[]
  /** The application's file, as it is written. */
  readonly entry: string | undefined
  /** The words after the entry: the application's own. */
  readonly rest: readonly string[]
  /** NODE_OPTIONS that the line sets; empty where it clears them. */
  readonly nodeOptions: string | undefined
  /** The scripts of package.json that it runs. */
  readonly scripts: readonly string[]
  /** Node's other options. */
  readonly flags: readonly string[]
  readonly envFiles: readonly string[]
}

export interface Preload {
  readonly flag: '--import' | '--require'
  readonly module: string
}

/** True if ts-node runs it, which nodemon uses by itself for TypeScript. */
export const runsTsNode = ({ program, entry = '' }: Pick<Start, 'program' | 'entry'>) =>
  program?.startsWith('ts-node') === true || (program === 'nodemon' && /\.[cm]?tsx?$/.test(entry))

const nodes = new Set(['node', 'nodejs', 'nodemon', 'node-dev', 'tsx', 'ts-node', 'ts-node-dev', 'ts-node-esm'])
const others = new Set(['bun', 'deno', 'next', 'nuxt', 'vite', 'jest', 'vitest', 'python', 'python3', 'java'])
const taking = new Set(
  '-r --require --import --loader --experimental-loader -C --conditions --env-file --env-file-if-exists --title --inspect-port -w --exec -e --ext --delay'.split(
    ' ',
  ),
)

/** The starts in a line of shell, one for each command in it that runs Node or a script. */
export function startsOf(line: string, location: string): Start[] {
  return commandsOf(line).flatMap((words) => startOf(words, location) ?? [])
}

/** The start that a command's words make; undefined for one that starts nothing that is known. */
export function startOf(given: readonly string[], location: string): Start | undefined {
  const words = [...given]
  let nodeOptions: string | undefined
  let program: string | undefined
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const set = /^([A-Za-z_]\w*)=(.*)$/s.exec(word)
    if (set?.[1] === 'NODE_OPTIONS') nodeOptions = set[2] ?? ''
    if (word === '-u' && words[0] === 'NODE_OPTIONS') nodeOptions = ''
    const name = basename(word).replace(/\.(exe|cmd)$/i, '')
    // `yarn node app.js` is Node, not a script.
    if (/^(yarn|pnpm)$/.test(name) && (nodes.has(words[0] ?? '') || words[0] === 'exec')) continue
    if (/^(npm|yarn|pnpm)$/.test(name)) return scriptOf(name, words, location, nodeOptions)
    if (!nodes.has(name) && !others.has(name)) continue
    program = name
    break
  }
  if (program === undefined) return nodeOptions === undefined ? undefined : { ...nothing, location, nodeOptions }
  if (others.has(program)) return { ...nothing, location, program, nodeOptions }
  return { ...nothing, location, program, nodeOptions, ...optionsIn(words) }
}

const nothing: Omit<Start, 'location'> = {
  program: undefined,
  preloads: [],
  entry: undefined,
  rest: [],
  nodeOptions: undefined,
  scripts: [],
  flags: [],
  envFiles: [],
}

/** Node's options before the application's file, that file, and what follows it. */
function optionsIn(words: readonly string[]) {
  const preloads: Preload[] = []
  const flags: string[] = []
  const envFiles: string[] = []
  let i = 0
  for (; i < words.length; i++) {
    const [name = '', ...values] = (words[i] ?? '').split('=')
    if (!name.startsWith('-') || name === '--') break
    const takes = taking.has(name) && values.length === 0
    const value = values.length > 0 ? values.join('=') : takes ? (words[++i] ?? '') : ''
    if (name === '--import') preloads.push({ flag: '--import', module: value })
    else if (name === '-r' || name === '--require') preloads.push({ flag: '--require', module: value })
    else if (name.startsWith('--env-file')) envFiles.push(value)
    else flags.push(name)
  }
  const entry = words[i] === '--' ? words[++i] : words[i]
  return { preloads: inOrder(preloads), flags, envFiles, entry, rest: words.slice(i + 1) }
}

/** Node loads what --require names before what --import names. */
const inOrder = (preloads: readonly Preload[]) => [
  ...preloads.filter(({ flag }) => flag === '--require'),
  ...preloads.filter(({ flag }) => flag === '--import'),
]

function scriptOf(name: string, words: readonly string[], location: string, nodeOptions: string | undefined): Start {
  const [verb = '', script] = words.filter((word) => !word.startsWith('-'))
  const called =
    verb === 'run' || verb === 'run-script' ? script : verb === 'start' || name !== 'npm' ? verb : undefined
  return { ...nothing, location, nodeOptions, scripts: called === undefined ? [] : [called] }
}

/** Reads NODE_OPTIONS: the modules that Node loads, and the words that it never looks at. */
export function readNodeOptions(text: string): { preloads: readonly Preload[]; ignored: readonly string[] } {
  const words = optionWords(text)
  // Node stops at the first word that is not an option, without a word.
  const end = words.findIndex((word, i) => !word.startsWith('-') && !takesNext(words[i - 1]))
  const read = end < 0 ? words : words.slice(0, end)
  return { preloads: optionsIn(read).preloads, ignored: words.slice(read.length) }
}

const takesNext = (word: string | undefined) => word !== undefined && taking.has(word)

/** As Node splits NODE_OPTIONS: at spaces alone; within double quotes a backslash takes the next letter as it is. */
function optionWords(text: string): string[] {
  const words: string[] = []
  let isQuoted = false
  let isNew = true
  for (let i = 0; i < text.length; i++) {
    let letter = text[i] ?? ''
    if (letter === '\\' && isQuoted) letter = text[++i] ?? ''
    else if (letter === '"') {
      isQuoted = !isQuoted
      continue
    } else if (letter === ' ' && !isQuoted) {
      isNew = true
      continue
    }
    if (isNew) words.push(letter)
    else words[words.length - 1] += letter
    isNew = false
  }
  return words
}

/** The simple commands of a line of shell. */
function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]]
  for (const word of wordsOf(line.replace(/(&&|\|\||;|\|)/g, ' $1 '), `"'`)) {
    if (/^(&&|\|\||;|\||&)$/.test(word)) commands.push([])
    else commands.at(-1)?.push(word)
  }
  return commands.filter((words) => words.length > 0)
}

/** Words between spaces, quotes of these kinds taken off. */
export function wordsOf(line: string, quotes: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let open = ''
  for (let i = 0; i < line.length; i++) {
    const letter = line[i] ?? ''
    if (letter === open) open = ''
    else if (open === '' && quotes.includes(letter)) {
      open = letter
      word ??= ''
    } else if (letter === '\\' && /["'\\ $]/.test(line[i + 1] ?? '')) word = (word ?? '') + line[++i]
    else if (open === '' && /\s/.test(letter)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + letter
  }
  return word === undefined ? words : [...words, word]
}
