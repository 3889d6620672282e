import type { BenchResult } from '../model.ts'

/** The result with `***` for what its name says is a secret, also within URLs and a command's words. */
export function redacted(_result: BenchResult): BenchResult {
  throw new Error('later in this branch')
}

/** Writes a result, redacted, whole or not at all. Throws a `UsageError` where that can't be. */
export function writeResult(_path: string, _result: BenchResult, _cwd: string): void {
  throw new Error('later in this branch')
}

/** Reads a result. Throws a `UsageError` that says what is wrong with the file. */
export function readResult(_path: string, _cwd: string): BenchResult {
  throw new Error('later in this branch')
}
