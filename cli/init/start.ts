import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dockerLines } from './docker.ts'
import { type Changed, changeLine } from './line.ts'
import { pm2Lines } from './pm2.ts'
import type { Project } from './project.ts'

/** A way in which the project starts, with its changed lines. */
export interface Start {
  readonly location: string
  readonly lines: readonly string[]
  /** The command that starts the application, without the agent. */
  readonly command?: string | undefined
}

const starts = /^(start|dev|develop|serve|server)(:.*)?$/
const mostScripts = 6

/** Every place in the project that starts it, as it would be with the agent; nothing is changed. */
export function startsOf({ folder, scripts, main }: Project): Start[] {
  const nodemon = read(folder, 'nodemon.json')
  const found = [...scriptsOf(scripts, nodemon), ...procfileOf(folder, nodemon), ...dockerOf(folder), ...pm2Of(folder)]
  if (found.length > 0) return found
  const entry =
    main ?? ['app.js', 'index.js', 'server.js', 'src/index.js'].find((name) => existsSync(join(folder, name)))
  if (entry !== undefined)
    return [{ location: 'in a shell', lines: [`node --import @crossbridge/agent ${entry}`], command: `node ${entry}` }]
  return [
    {
      location: 'in a shell',
      lines: [
        process.platform === 'win32'
          ? `set NODE_OPTIONS=--import ${pathToFileURL(join(folder, 'node_modules/@crossbridge/agent/register.mjs')).href}`
          : `export NODE_OPTIONS="--import $(node -p "require('url').pathToFileURL(require.resolve('@crossbridge/agent')).href")"`,
      ],
    },
  ]
}

function scriptsOf(scripts: Project['scripts'], nodemon: string): Start[] {
  const changed = Object.entries(scripts)
    .filter(([name]) => starts.test(name))
    .sort(([a], [b]) => Number(b === 'start') - Number(a === 'start'))
    .flatMap(([name, line]) => {
      const change = changeLine(line, nodemon)
      return change === undefined ? [] : [{ name, ...change, changed: change.line }]
    })
    .slice(0, mostScripts)
  const foreign = Object.entries(scripts).flatMap(([name, line]) => {
    const [, by] = /(?:^|[;&|]\s*)(bun|deno)\s(?:.*\s)?\S+\.[cm]?[jt]sx?\b/.exec(line) ?? []
    return starts.test(name) && by !== undefined
      ? [`${JSON.stringify(name)} runs on ${by}, where the agent disables itself`]
      : []
  })
  if (changed.length + foreign.length === 0) return []
  const lines = changed.map(({ name, isOn, changed }) =>
    isOn ? `${JSON.stringify(name)} has the agent already` : `${JSON.stringify(name)}: ${JSON.stringify(changed)}`,
  )
  return [
    { location: 'in package.json', lines: [...lines, ...foreign, ...notesOf(changed)], command: changed[0]?.command },
  ]
}

function notesOf(changed: readonly (Changed & { readonly changed: string })[]): string[] {
  const needsShell = changed.some(({ needsShell, isOn }) => needsShell && !isOn)
  return [...(needsShell ? ["(in cmd.exe a script can't set a variable so: put cross-env before it)"] : [])]
}

function procfileOf(folder: string, nodemon: string): Start[] {
  const lines = read(folder, 'Procfile')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name, command = ''] = /^([\w-]+):\s*(.+)$/.exec(line) ?? []
      const change = name === undefined ? undefined : changeLine(command, nodemon)
      if (change === undefined) return []
      return [
        { text: change.isOn ? `${name} has the agent already` : `${name}: ${change.line}`, command: change.command },
      ]
    })
  return lines.length === 0
    ? []
    : [{ location: 'in Procfile', lines: lines.map(({ text }) => text), command: lines[0]?.command }]
}

function dockerOf(folder: string): Start[] {
  return list(folder)
    .filter((name) => /^Dockerfile(\.[\w-]+)?$/.test(name))
    .flatMap((name) => {
      const found = dockerLines(read(folder, name))
      return found === undefined ? [] : [{ location: `in ${name}`, ...found }]
    })
}

function pm2Of(folder: string): Start[] {
  return list(folder)
    .filter((name) => /^(ecosystem|pm2)(\.config)?\.(c?js|mjs|json)$/.test(name))
    .map((name) => ({ location: `in ${name}, for pm2`, lines: pm2Lines(read(folder, name), name.endsWith('.json')) }))
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

function read(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return ''
  }
}
