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

/** Whether it is this command: by its class, or in a bundle that has shortened its name by its operation. */
export const isCommand = (name: string): string =>
  `args.0.constructor.name == '${name}Command' || args.0.schema.2 == '${name}'`

/** Whether it is a command to run a model of such a name. */
export const invokes =
  (model: RegExp) =>
  ({ args }: Call): boolean => {
    const command = args[0] as Any
    const isInvoke = command?.constructor?.name === 'InvokeModelCommand' || command?.schema?.[2] === 'InvokeModel'
    return isInvoke && model.test(`${command.input?.modelId}`)
  }
