import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module'
import { ours } from '../diagnostics.ts'
import type { Asked, ModuleHook } from './choose-hook.ts'
import {
  behind,
  hearFailures,
  type ImportHook,
  isFacade,
  openFacades,
  passing,
  registryUrl,
  whole,
  within,
} from './facade.ts'
import { type Lined, sourceText, withCommonJsLine, withLine } from './line.ts'
import { pathOf } from './match.ts'

export interface ImportParts {
  readonly chooseHook: (asked: Asked) => ModuleHook | undefined
  /** Told of each CommonJS file that an import is about to load. */
  readonly imported: (path: string, hits: readonly number[]) => void
  /** Told of each module that could not be hooked, and is loaded as it is. */
  readonly failed: (hits: readonly number[], path: string, cause: unknown) => void
  readonly fault: (error: unknown) => void
  /** Called before the first facade is made. */
  readonly first?: () => void
  /** True in the loader thread, where nothing of the application runs. */
  readonly isLoaderThread?: boolean
}

/**
 * Whatever fails here, Node loads the module that it would have loaded without us. import-in-the-middle comes with the first
 * module that needs a facade: its lexers and parser are a fifth of the start.
 */
export function createImportHook(parts: ImportParts): ImportHook {
  const { chooseHook, imported, failed, fault, first, isLoaderThread = false } = parts
  let facades: ImportHook | undefined
  let broken = false
  const lined = new Map<string, Lined>()
  const faced = new Map<string, readonly number[]>()
  const shared = new Set<string>()
  const failures = new Map<string, unknown>()
  const hear = (url: string, cause: unknown) => void failures.set(url, cause)
  const guarded = <T>(run: () => T, instead: T): T => {
    try {
      return run()
    } catch (error) {
      fault(error)
      return instead
    }
  }

  /** Another agent has facades too, whose URLs are of the same form. */
  const isOwn = (url: string) => isFacade(url) && faced.has(within(url))
  /** Those of the same copy of import-in-the-middle hand over to whoever listens. */
  const seen = (url: string, { source }: LoadFnOutput) => {
    if (!isFacade(url) || sourceText(source)?.includes(registryUrl()) !== true) return
    shared.add(url)
    opened()
  }
  /** The facades, where the module is to have one; a line is remembered until it is loaded. */
  const chosen = (result: ResolveFnOutput, specifier: string, { parentURL, ...context }: ResolveHookContext) => {
    const { url, format } = result
    // Of another's facade the module behind it is ours, once that imports it, unless the facade tells us of it.
    if (isFacade(url) || (parentURL !== undefined && (isOwn(parentURL) || shared.has(parentURL)))) return undefined
    if (context.importAttributes?.type === 'json') return undefined
    const isRequired = context.conditions?.includes('require')
    const isBehind = parentURL !== undefined && isFacade(parentURL)
    const hook = chooseHook({ url, specifier, format, isEntry: parentURL === undefined, isRequired, isBehind })
    if (hook === undefined) return undefined
    if (hook.kind === 'facade' && isBehind) {
      failed(
        hook.hits,
        pathOf(url) ?? url,
        ours("the loader of another agent stands in front of it, and what it exports can't be set behind that"),
      )
      return undefined
    }
    if (hook.kind !== 'facade') {
      lined.set(url, { ...hook.lined, format })
      return undefined
    }
    faced.set(url, hook.hits)
    return opened()
  }
  const opened = () => {
    if (broken || facades !== undefined) return facades
    broken = true
    first?.()
    if (isLoaderThread) hearFailures(hear)
    facades = openFacades((url) => faced.has(url))
    broken = false
    return facades
  }
  /** The line of a module imports the module itself. */
  const itself = (specifier: string, { parentURL }: ResolveHookContext): ResolveFnOutput | undefined => {
    const known = specifier === parentURL ? lined.get(specifier) : undefined
    return known && { url: specifier, format: known.format ?? 'module', shortCircuit: true }
  }

  /** The loaded source, with our line if it is to have one. */
  const finished = (url: string, context: LoadHookContext, result: LoadFnOutput): LoadFnOutput => {
    const known = lined.get(url)
    const path = known && pathOf(url)
    if (known === undefined || path === undefined) return result
    const format = result.format ?? context.format
    try {
      if (format?.startsWith('commonjs')) {
        imported(path, known.hits)
        const hasSource = typeof result.source === 'string' || format === 'commonjs-typescript'
        const source = hasSource ? sourceText(result.source) : undefined
        return source === undefined ? result : { ...result, source: withCommonJsLine(source) }
      }
      const source = format?.startsWith('module') ? sourceText(result.source) : undefined
      return source === undefined ? result : { ...result, source: withLine(source, url, known) }
    } catch (error) {
      failed(known.hits, path, error)
      return result
    }
  }
  /** The facade; undefined if it could not be made. */
  const faceOf = (url: string, made: LoadFnOutput | undefined): LoadFnOutput | undefined =>
    made === undefined || failures.has(url) ? undefined : { ...made, source: whole(made.source, url) }
  /** The module that stands for a facade that could not be made. */
  const instead = (url: string, result: LoadFnOutput): LoadFnOutput => {
    guarded(() => failed(faced.get(url) ?? [], pathOf(url) ?? url, failures.get(url)), undefined)
    return { format: 'module', source: passing(url, result), shortCircuit: true }
  }

  return {
    async resolve(specifier, context, nextResolve) {
      if (facades !== undefined && isOwn(specifier)) return facades.resolve(specifier, context, nextResolve)
      const resolved = itself(specifier, context)
      if (resolved !== undefined) return resolved
      const result = await nextResolve(specifier, context)
      const chain = guarded(() => chosen(result, specifier, context), undefined)
      const again: typeof nextResolve = (name, by) => (by === context ? result : nextResolve(name, by))
      try {
        return chain === undefined ? result : await chain.resolve(specifier, context, again)
      } catch (error) {
        fault(error)
        return result
      }
    },
    resolveSync(specifier, context, nextResolve) {
      const isRequired = context.conditions?.includes('require')
      if (!isRequired && facades !== undefined && isOwn(specifier))
        return facades.resolveSync(specifier, context, nextResolve)
      const resolved = itself(specifier, context)
      if (resolved !== undefined) return resolved
      const result = nextResolve(specifier, context)
      const chain = guarded(() => chosen(result, specifier, context), undefined)
      const again: typeof nextResolve = (name, by) => (by === context ? result : nextResolve(name, by))
      return chain === undefined ? result : guarded(() => chain.resolveSync(specifier, context, again), result)
    },
    async load(url, context, nextLoad) {
      const real = facades !== undefined && isOwn(url) ? behind(url) : undefined
      if (facades !== undefined && real !== undefined) {
        // Node changes the context for each module that import-in-the-middle looks into.
        const asked = { ...context }
        let made: LoadFnOutput | undefined
        try {
          made = await facades.load(url, context, nextLoad)
        } catch (error) {
          hear(real, error)
        }
        return faceOf(real, made) ?? instead(real, await nextLoad(real, asked))
      }
      if (facades !== undefined && isOwn(url)) return facades.load(url, context, nextLoad)
      const result = await nextLoad(url, context)
      guarded(() => seen(url, result), undefined)
      try {
        return finished(url, context, facades === undefined ? result : await facades.load(url, context, () => result))
      } catch (error) {
        fault(error)
        return result
      }
    },
    loadSync(url, context, nextLoad) {
      const chain = facades
      const real = chain !== undefined && isOwn(url) ? behind(url) : undefined
      if (chain !== undefined && real !== undefined) {
        const end = hearFailures(hear)
        const asked = { ...context }
        let made: LoadFnOutput | undefined
        try {
          made = chain.loadSync(url, context, nextLoad)
        } catch (error) {
          hear(real, error)
        } finally {
          end()
        }
        return faceOf(real, made) ?? instead(real, nextLoad(real, asked))
      }
      if (chain !== undefined && isOwn(url)) return chain.loadSync(url, context, nextLoad)
      const result = nextLoad(url, context)
      guarded(() => seen(url, result), undefined)
      const prepared = chain === undefined ? result : guarded(() => chain.loadSync(url, context, () => result), result)
      return finished(url, context, prepared)
    },
  }
}
