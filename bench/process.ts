import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { environment, folderOf, type NodeBinary, nodes, register, runNode } from './folder.ts'
import { configOf, service } from './service.ts'
import { paired, quartiles, type Row, type Spread, show, verdict } from './stats.ts'

const variants = ['bare', 'requests', 'system'] as const
type Variant = (typeof variants)[number]

/** Prints the processor time of an idle process between the third second and the last, in percent of a core. */
const idle = `
const seconds = Number(process.argv[2])
setTimeout(() => {
  const [cpu, at] = [process.cpuUsage(), performance.now()]
  setTimeout(() => {
    const { user, system } = process.cpuUsage(cpu)
    console.log((user + system) / 10 / (performance.now() - at))
  }, seconds * 1000)
}, 3000)`

/** Prints the processor time of so many turns of the loop, each with a piece of work and a call, in milliseconds. */
const busy = `
import { Service } from './service.mjs'
const turns = Number(process.argv[2])
const o = new Service()
let sum = 0
const turn = async () => {
  for (let i = 0; i < 100_000; i++) sum += Math.sqrt(i)
  await o.m(1, 2)
  await new Promise((resolve) => setImmediate(resolve))
}
for (let i = 0; i < turns / 10; i++) await turn()
const cpu = process.cpuUsage()
for (let i = 0; i < turns; i++) await turn()
const { user, system } = process.cpuUsage(cpu)
console.log((user + system) / 1000)`

const base = { output: { type: 'none' }, thresholds: { slow_call_ms: 1e6 } }
const configs: Readonly<Record<Exclude<Variant, 'bare'>, string>> = {
  requests: configOf({ ...base, requests: true }),
  system: configOf({ ...base, system: { enabled: true } }),
}
const files = Object.fromEntries(
  variants.flatMap((variant) => [
    [`${variant}/idle.mjs`, idle],
    [`${variant}/busy.mjs`, busy],
    [`${variant}/service.mjs`, service],
    ...(variant === 'bare' ? [] : [[`${variant}/crossbridge.yml`, configs[variant]]]),
  ]),
) as Record<string, string>
const preloadOf = (variant: Variant) => (variant === 'bare' ? [] : ['--import', register])

/** What `requests` and `system` cost a process that waits, and one that works. */
export async function processCost(quick: boolean): Promise<Row[]> {
  const rows: Row[] = []
  const folder = folderOf(files)
  try {
    for (const node of nodes) rows.push(...(await idleRows(node, folder, quick)), ...busyRows(node, folder, quick))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

/** Idle processes take nothing of each other, so those of a round run side by side. */
async function idleRows({ major, path }: NodeBinary, folder: string, quick: boolean): Promise<Row[]> {
  const differences: Record<Variant, number[]> = { bare: [], requests: [], system: [] }
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    const measured = await Promise.all(variants.map((one) => idleOf(path, one, join(folder, one), quick ? 2 : 30)))
    for (const [i, variant] of variants.entries())
      differences[variant].push((measured[i] ?? Number.NaN) - (measured[0] ?? Number.NaN))
  }
  return rowsOf('idle', major, differences, 0.1, '% of a core', 3)
}

function idleOf(node: string, variant: Variant, cwd: string, seconds: number): Promise<number> {
  const child = spawn(node, [...preloadOf(variant), 'idle.mjs', `${seconds}`], { cwd, env: environment })
  let text = ''
  child.stdout.on('data', (part) => {
    text += part
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(Number(text)) : reject(new Error(`${variant} ended with ${code}`)),
    )
  })
}

function busyRows({ major, path }: NodeBinary, folder: string, quick: boolean): Row[] {
  const { values } = paired(quick ? 1 : 11, variants, 'bare', (variant) => {
    const args = [...preloadOf(variant), 'busy.mjs', `${quick ? 1000 : 10_000}`]
    return Number(runNode(path, args, join(folder, variant), environment).stdout)
  })
  const shares = (variant: Variant) =>
    values[variant].map((value, i) => (value / (values.bare[i] ?? Number.NaN) - 1) * 100)
  return rowsOf('busy', major, { bare: [], requests: shares('requests'), system: shares('system') }, 2, '%', 2)
}

function rowsOf(
  what: string,
  major: number,
  differences: Readonly<Record<Variant, readonly number[]>>,
  most: number,
  unit: string,
  digits: number,
): Row[] {
  return (['requests', 'system'] as const).map((variant) => {
    const spread: Spread = quartiles(differences[variant])
    // The figures to reach are those of Node 24.
    const isBound = major === 24
    return {
      what: `process: ${variant}, ${what}`,
      node: `${major}`,
      reach: isBound ? `≤ +${most} ${unit}` : '',
      measured: show(spread, unit, digits),
      verdict: isBound ? verdict(spread.median, most, unit, digits) : '',
    }
  })
}
