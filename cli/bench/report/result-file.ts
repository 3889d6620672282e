import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { reasonOf } from '../../../agent/diagnostics.ts'
import { replaceFile } from '../../../agent/output/private-file.ts'
import { UsageError } from '../../command.ts'
import { isFile } from '../../files.ts'
import { isFigure } from '../figures/figure.ts'
import type { BenchResult } from '../model.ts'
import { redacted } from './redacted.ts'

/** Writes a result, redacted, whole or not at all. Throws a `UsageError` where that can't be. */
export function writeResult(path: string, result: BenchResult, cwd: string): void {
  try {
    // Its first words tell what it is.
    const { version, type, ...rest } = redacted(result)
    replaceFile(resolve(cwd, path), `${JSON.stringify({ version, type, ...rest })}\n`, 0o600)
  } catch (error) {
    throw new UsageError(`${path} can't be written (${reasonOf(error)}); name a file in a folder that is there`)
  }
}

/** Reads a result. Throws a `UsageError` that says what is wrong with the file. */
export function readResult(path: string, cwd: string): BenchResult {
  const text = textOf(path, cwd)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError(`${path} is not a result of \`crossbridge bench\`: it is not JSON, or its end is missing`)
  }
  return checked(value, path)
}

/** True for a file that says in its first words that it is one; a pipe is not looked into, which could be read but once. */
export function isResult(path: string, cwd: string): boolean {
  return isFile(resolve(cwd, path)) && /^\s*\{[^{]*"type"\s*:\s*"benchmark"/.test(beginOf(resolve(cwd, path)))
}

const beginBytes = 200

function beginOf(file: string): string {
  const bytes = Buffer.alloc(beginBytes)
  try {
    const fd = openSync(file, 'r')
    try {
      return bytes.toString('utf8', 0, readSync(fd, bytes))
    } finally {
      closeSync(fd)
    }
  } catch {
    return ''
  }
}

function textOf(path: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, path), 'utf8')
  } catch (error) {
    throw new UsageError(`${path} can't be read (${reasonOf(error)})`)
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Check = readonly [expected: string, holds: (value: unknown) => boolean, ...paths: string[]]

/** `*` is each of a list, or of an object; `?` may be absent. */
const checks: readonly Check[] = [
  ['an object', isObject, 'machine', 'versions', 'plan', 'workload?', 'plan.variants.*.env', 'runs.*.figures'],
  ['a list', (value) => Array.isArray(value), 'plan.variants', 'plan.loads', 'builds', 'runs'],
  ['a list', (value) => Array.isArray(value), 'runs.*.quantiles_ms', 'runs.*.scopes', 'runs.*.failures'],
  ['true or false', (value) => typeof value === 'boolean', 'complete'],
  ['closed or open', (value) => value === 'closed' || value === 'open', 'plan.loads.*.kind'],
  ['a figure', (value) => typeof value === 'string' && isFigure(value), 'plan.rank'],
  [
    ...(['a text', (value: unknown) => typeof value === 'string'] as const),
    ...['started', 'ended', 'currency', 'versions.*', 'plan.baseline?', 'plan.variants.*.name', 'plan.variants.*.what'],
    ...['plan.variants.*.env.*', 'machine.platform', 'machine.arch', 'machine.cpu', 'machine.node', 'builds.*.variant'],
    ...['workload?.name', 'workload?.metric', 'runs.*.variant', 'runs.*.broken?', 'runs.*.failures.*.error'],
    ...['runs.*.scopes.*.name', 'runs.*.scopes.*.library'],
  ],
  [
    ...(['a number', (value: unknown) => typeof value === 'number'] as const),
    ...['machine.cores', 'machine.memory_mb', 'workload?.documents', 'workload?.queries', 'workload?.k'],
    ...['plan.iterations', 'plan.warmup', 'plan.operations', 'plan.seconds', 'plan.seed'],
    ...[
      'plan.loads.*.concurrency?',
      'plan.loads.*.rate?',
      'builds.*.documents',
      'builds.*.build_ms',
      'builds.*.bytes?',
    ],
    ...['runs.*.load', 'runs.*.round', 'runs.*.operations', 'runs.*.failures.*.count', 'runs.*.scopes.*.calls'],
    ...['runs.*.scopes.*.errors', 'runs.*.scopes.*.p50_ms', 'runs.*.scopes.*.p95_ms', 'runs.*.scopes.*.total_ms'],
  ],
  // JSON has null for what is no number.
  ['a number', (value) => typeof value === 'number' || value === null, 'runs.*.figures.*', 'runs.*.quantiles_ms.*'],
]

function checked(value: unknown, path: string): BenchResult {
  const isOurs = isObject(value) && value.type === 'benchmark'
  if (!isOurs) throw new UsageError(`${path} is not a result of \`crossbridge bench\`: its \`type\` is not "benchmark"`)
  if (value.version !== 1)
    throw new UsageError(
      `${path} is of version ${JSON.stringify(value.version)}, and this agent reads version 1; take the agent that wrote it, or a later one`,
    )
  for (const [expected, holds, ...paths] of checks)
    for (const [at, one] of paths.flatMap((path) => [...found(value, path.split('.'), '')]))
      if (!holds(one))
        throw new UsageError(
          `${path}: ${at} must be ${expected}; the file was changed, or is cut: run the benchmark again`,
        )
  return value as unknown as BenchResult
}

/** What stands at a path. */
function* found(value: unknown, [first, ...rest]: readonly string[], at: string): Generator<[string, unknown]> {
  if (first === undefined) {
    yield [at, value]
    return
  }
  const isOptional = first.endsWith('?')
  for (const key of first === '*' ? Object.keys((value ?? {}) as object) : [first.replace('?', '')]) {
    const name = Array.isArray(value) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`
    const one = (value as Readonly<Record<string, unknown>> | undefined)?.[key]
    if (one !== undefined || !isOptional) yield* found(one, rest, name)
  }
}
