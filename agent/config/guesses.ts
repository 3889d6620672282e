import { chunk } from '../chunk.ts'

/** The guesses at what a mistake meant, loaded with the first. */
export const guesses = () => chunk<typeof import('./misplaced.ts')>('misplaced')
