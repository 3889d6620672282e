import type { parse as Parse } from 'acorn'
import { vendored } from '../chunk.ts'
import type { Tree } from './assigned.ts'

/** One export, as es-module-lexer has it. */
export interface LexedExport {
  readonly type: 'direct' | 'reexport' | 'reexport-all'
  readonly name?: string
  /** Its name inside of the module. */
  readonly localName?: string
  /** Null where it is a whole namespace. */
  readonly importName?: string | null
  readonly from?: string
  readonly typeOnly?: boolean
}

export interface LexedImport {
  readonly type: string
  readonly specifier: string | null
  readonly typeOnly?: boolean
}

export interface Lexed {
  readonly imports: readonly LexedImport[]
  readonly exports: readonly LexedExport[]
  /** True when it has the syntax of an ES module. */
  readonly isModule: boolean
}

/** Loaded with the first module of which something must be known. */
function vendor() {
  return vendored<{
    lex: (source: string) => [LexedImport[], LexedExport[], boolean, boolean]
    parseAst: typeof Parse
  }>('live')
}

/** A module's imports and exports; throws for what is neither JavaScript nor TypeScript. */
export function lexed(source: string): Lexed {
  const [imports, exports, , isModule] = vendor().lex(source)
  return { imports, exports: exports.filter(({ typeOnly }) => typeOnly !== true), isModule }
}

/** The syntax tree of an ES module; undefined for what can't be parsed here (JSX, decorators, TypeScript in an older Node). */
export function treeOf(source: string, isTypeScript: boolean): Tree {
  const parse = (text: string) =>
    vendor().parseAst(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })
  try {
    return parse(source)
  } catch {
    if (!isTypeScript) return undefined
  }
  try {
    return parse(stripTypes(source))
  } catch {
    return undefined
  }
}

/** Node's own type stripping, without its warning that this is experimental: the application does not use it. */
function stripTypes(source: string): string {
  const { stripTypeScriptTypes } = process.getBuiltinModule('node:module')
  if (stripTypeScriptTypes === undefined) throw new Error('no type stripping in this Node')
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}

/** True for the path of a TypeScript file. */
export const isTypeScript = (path: string) => /\.[cm]?tsx?$/.test(path)
