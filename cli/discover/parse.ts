import { readFileSync, statSync } from 'node:fs'
import type { parse as Parse, ParserOptions, ParserPlugin } from '@babel/parser'
import { vendored } from '../../agent/chunk.ts'
import { UsageError } from '../command.ts'

// biome-ignore lint/suspicious/noExplicitAny: syntax trees are walked by shape
export type Tree = any

/** Larger files are bundles and data; to parse 5 MB takes about a second. */
const mostBytes = 5_000_000

/** Parses a file without running it. Throws a `UsageError` with file:line:column where that can't be done. */
export function parseFile(file: string, shown: string): { readonly program: Tree; readonly problem?: string } {
  const { size } = statSync(file)
  if (size > mostBytes)
    throw new UsageError(
      `${shown} has ${(size / 1e6).toFixed(1)} MB, and discover reads files up to ${mostBytes / 1e6} MB; name a source file, not a bundle`,
    )
  try {
    const { program, errors } = parse(readFileSync(file, 'utf8'), {
      sourceType: /\.cjs$/.test(file) ? 'script' : /\.(mjs|[cm]?tsx?)$/.test(file) ? 'module' : 'unambiguous',
      plugins: pluginsFor(file),
      errorRecovery: true,
    })
    const first = errors?.[0]
    return first === undefined ? { program } : { program, problem: withLocation(first, shown) }
  } catch (error) {
    throw new UsageError(`${withLocation(error, shown)}; nothing was read of it`)
  }
}

/** Parses the source of one function, as `toString()` gives it; undefined where it is native or of another form. */
export function parseFunction(source: string): Tree {
  for (const text of [`(${source})`, `({ ${source} })`, `(class { ${source} })`]) {
    try {
      const [{ expression }] = parse(text, { plugins: ['jsx'] }).program.body as [Tree]
      if (expression.type === 'ObjectExpression') return expression.properties[0]
      return expression.type === 'ClassExpression' ? expression.body.body[0] : expression
    } catch {
      // It may be of the next form.
    }
  }
  return undefined
}

function parse(
  text: string,
  options: ParserOptions,
): { readonly program: Tree; readonly errors?: readonly Tree[] | null } {
  const babel = vendored<{ parse: typeof Parse }>('babel')
  return babel.parse(text, {
    allowReturnOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    createParenthesizedExpressions: false,
    ...options,
  })
}

function pluginsFor(file: string): ParserPlugin[] {
  const isTypeScript = /\.[cm]?tsx?$/.test(file)
  const jsx: ParserPlugin[] = /\.(tsx|[cm]?jsx?)$/.test(file) ? ['jsx'] : []
  // Decorators of parameters are in the older form alone.
  return isTypeScript
    ? ['typescript', 'decorators-legacy', 'decoratorAutoAccessors', ...jsx]
    : ['decorators', 'decoratorAutoAccessors', ...jsx]
}

function withLocation(error: unknown, shown: string): string {
  const { message, loc } = error as { message: string; loc?: { line: number; column: number } }
  const text = message.replace(/\s*\(\d+:\d+\)$/, '').replace(/\.$/, '')
  return loc === undefined ? `${shown}: ${text}` : `${shown}:${loc.line}:${loc.column + 1}: ${text}`
}
