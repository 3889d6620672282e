import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { besideChunks } from '../../agent/chunk.ts'
import type { ProfileKind } from '../../agent/output/socket/protocol.ts'
import { type Terminal, UsageError } from '../command.ts'
import { spawn } from '../spawn.ts'
import { variables } from './variables.ts'

interface Wish {
  readonly kind: ProfileKind
  readonly folder: string
  readonly intervalMs: number
}

/** Runs a command with a profile of each Node process in it. Gives the command's exit code. */
export async function runProfiled(
  [program = '', ...args]: readonly string[],
  { kind, folder, intervalMs }: Wish,
  { cwd, env, err }: Terminal,
): Promise<number> {
  const home = resolve(cwd, folder)
  const filesIn = () => (existsSync(home) ? readdirSync(home).filter((name) => /^run-.*profile$/.test(name)) : [])
  const before = filesIn()
  const preload = fileURLToPath(besideChunks('preload.cjs')).replaceAll('\\', '\\\\')
  const child = spawn(program, args, {
    ...{ cwd, stdio: 'inherit' },
    env: {
      ...env,
      NODE_OPTIONS: `--require="${preload}" ${env.NODE_OPTIONS ?? ''}`.trim(),
      [variables.folder]: home,
      [variables.kind]: kind,
      [variables.interval]: `${intervalMs}`,
    },
  })
  // A terminal sends it to the command too, which ends by it; what is sent to this process alone is handed on.
  const ignore = () => {}
  const handOn = () => void child.kill('SIGTERM')
  process.on('SIGINT', ignore).on('SIGTERM', handOn)
  try {
    const code = await new Promise<number>((done, failed) => {
      child.on('error', (error) => failed(new UsageError(`${program} can't be started: ${error.message}`)))
      child.on('close', (code) => done(code ?? 1))
    })
    const fresh = filesIn().filter((name) => !before.includes(name))
    for (const name of fresh.sort()) err(`crossbridge: the profile is in ${join(home, name)}\n`)
    if (fresh.length > 0) return code
    err('crossbridge: there is no profile: the command is not Node, clears NODE_OPTIONS, or was killed\n')
    return 1
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', handOn)
  }
}
