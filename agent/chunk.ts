import { createRequire } from 'node:module'

let made: NodeJS.Require | undefined

/** `require` of the agent's own files; made once, since that takes as long as to load a small module. */
export const agentRequire = (): NodeJS.Require => {
  made ??= createRequire(import.meta.url)
  return made
}

// This file stands as deep in `dist` as the chunks do, so that a path means the same from both.

/** An optional part in a file of its own, loaded where it is configured. `Part` is `typeof import()` of its source. */
export const chunk = <Part>(name: string): Part => agentRequire()(`../chunk/${name}.cjs`)

/** Data beside the chunks, parsed once for all that ask. */
export const chunkData = <Data>(name: string): Data => agentRequire()(`../chunk/${name}.json`)

/** A third party's code, which `build/bundle.ts` makes one file of. */
export const vendored = <Part>(name: string): Part => agentRequire()(`../vendor/${name}.cjs`)

/** The URL of another file beside the chunks. */
export const besideChunks = (name: string): URL => new URL(`../chunk/${name}`, import.meta.url)

/** The folder of the agent's own code. */
export const codeFolder = (): URL => new URL('..', import.meta.url)

/** The package's folder. */
export const packageFolder = (): URL => new URL('../..', import.meta.url)

/** Out of package.json. */
export const agentVersion = (): string => agentRequire()('../../package.json').version
