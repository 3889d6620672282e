import { parseWords } from '../call-words.ts'
import { chunk } from '../chunk.ts'
import type { WarnOnce } from '../model.ts'
import { compileWord } from './read-words.ts'
import type { CheckVectors } from './vectors.ts'

/** The part that looks at vectors, loaded where it is configured. */
export const openVectors = (warnOnce: WarnOnce): CheckVectors =>
  chunk<typeof import('./vectors.ts')>('vectors').createVectors({
    warnOnce,
    parse: parseWords,
    compile: (word) => compileWord(word, undefined),
  })
