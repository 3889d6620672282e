/** One command of Redis: its words, the name among them at `from - 1` or apart. */
export interface Command {
  readonly name: unknown
  readonly args: readonly unknown[]
  /** Where the arguments begin. */
  readonly from: number
}

export const textOf = (word: unknown) =>
  typeof word === 'string' ? word : Buffer.isBuffer(word) && word.length < 10_000 ? word.toString('latin1') : ''
export const nameOf = ({ name }: Command) => textOf(name).toUpperCase()
