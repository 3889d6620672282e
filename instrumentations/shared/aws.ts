import type { Call, Class } from '../../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: commands are read by shape
type Any = any

/**
 * What the commands of a client have in common, all of which pass its `send`. That is inherited from a class of every
 * AWS client, so the wrapper stands on the client's own prototype.
 */
export const sends = (client: string, metadata: NonNullable<Class['metadata']>) => ({
  at: `${client}.prototype`,
  ends: { kind: 'callback' } as const,
  observe: 'chain' as const,
  metadata: { ...metadata, attempts: 'result.$metadata.attempts' },
})

/** What a command was made with under the first of the keys that it has; the last part of an ARN. */
export const nameIn =
  (...keys: readonly string[]) =>
  ({ args }: Call): unknown => {
    const input = (args[0] as Any)?.input
    return nameOf(keys.map((key) => input?.[key]).find((name) => name !== undefined && name !== null))
  }

/** The last part of an ARN, which begins with an account's number; any other name as it is. */
const nameOf = (name: unknown): unknown =>
  typeof name === 'string' && name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name

/** Whether it is a command to run a model of such a name. */
export const invokes =
  (model: RegExp) =>
  ({ args }: Call): boolean => {
    const command = args[0] as Any
    return command?.constructor?.name === 'InvokeModelCommand' && model.test(`${command.input?.modelId}`)
  }
