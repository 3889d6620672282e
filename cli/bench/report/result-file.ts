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
    throw new UsageError(`${path} is no result of \`crossbridge bench\`: it is no JSON, or its end is missing`)
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

type Check = readonly [path: string, expected: string, holds: (value: unknown) => boolean]
const isText = (value: unknown) => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number'
const isList = (value: unknown) => Array.isArray(value)

const checks: readonly Check[] = [
  ['started', 'a text', isText],
  ['ended', 'a text', isText],
  ['complete', 'true or false', (value) => typeof value === 'boolean'],
  ['currency', 'a text', isText],
  ['machine', 'an object', isObject],
  ['versions', 'an object', isObject],
  ['plan', 'an object', isObject],
  ['plan.variants', 'a list', isList],
  ['plan.variants.*.name', 'a text', isText],
  ['plan.variants.*.what', 'a text', isText],
  ['plan.variants.*.env', 'an object', isObject],
  ['plan.loads', 'a list', isList],
  ['plan.loads.*.kind', 'closed or open', (value) => value === 'closed' || value === 'open'],
  ['plan.iterations', 'a number', isNumber],
  ['plan.rank', 'a figure', (value) => typeof value === 'string' && isFigure(value)],
  ['builds', 'a list', isList],
  ['builds.*.variant', 'a text', isText],
  ['builds.*.build_ms', 'a number', isNumber],
  ['runs', 'a list', isList],
  ['runs.*.variant', 'a text', isText],
  ['runs.*.load', 'a number', isNumber],
  ['runs.*.round', 'a number', isNumber],
  ['runs.*.figures', 'an object', isObject],
  ['runs.*.figures.*', 'a number', (value) => isNumber(value) || value === null],
  ['runs.*.quantiles_ms', 'a list', isList],
  ['runs.*.scopes', 'a list', isList],
  ['runs.*.failures', 'a list', isList],
]

function checked(value: unknown, path: string): BenchResult {
  const isOurs = isObject(value) && value.type === 'benchmark'
  if (!isOurs) throw new UsageError(`${path} is no result of \`crossbridge bench\`: its \`type\` is not "benchmark"`)
  if (value.version !== 1)
    throw new UsageError(
      `${path} is of version ${JSON.stringify(value.version)}, and this agent reads version 1; take the agent that wrote it, or a later one`,
    )
  for (const [words, expected, holds] of checks) {
    const bad = [...found(value, words.split('.'), '')].find(([, one]) => !holds(one))
    if (bad !== undefined)
      throw new UsageError(
        `${path}: ${bad[0]} must be ${expected}; the file was changed, or is cut: run the benchmark again`,
      )
  }
  return value as unknown as BenchResult
}

/** What stands at a path, `*` for each of a list or an object. */
function* found(value: unknown, [first, ...rest]: readonly string[], at: string): Generator<[string, unknown]> {
  if (first === undefined) {
    yield [at, value]
    return
  }
  const keys = first === '*' ? Object.keys((value ?? {}) as object) : [first]
  for (const key of keys) {
    const name = Array.isArray(value) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`
    yield* found((value as Readonly<Record<string, unknown>> | undefined)?.[key], rest, name)
  }
}
