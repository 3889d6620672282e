import type { Call, Method, Read } from '../../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: commands are read by shape
type Any = any

/** What a command was made with. */
export const inputOf = ({ args }: Call): Any => (args[0] as Any)?.input

/** The last part of an ARN, which begins with an account's number; any other name as it is. */
export const nameOf = (name: unknown): unknown =>
  typeof name === 'string' && name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name

/**
 * The commands of a client, all of which pass its `send`. That is inherited from a class of every AWS client, so the
 * wrapper stands on the client's own prototype.
 */
export const createSends =
  (client: string) =>
  (
    commands: readonly string[],
    scope: string,
    {
      metadata,
      accepts = () => true,
      stream,
      ...more
    }: {
      readonly metadata: Readonly<Record<string, Read>>
      readonly accepts?: (input: Any) => boolean
      /** Where what it answers holds its stream. */
      readonly stream?: string
    } & Pick<Method, 'target' | 'inputs' | 'chunk' | 'counted'>,
  ): Method => ({
    at: `${client}.prototype.send`,
    scope,
    when: (call) => commands.includes((call.args[0] as Any)?.constructor?.name) && accepts(inputOf(call) ?? {}),
    ends: [{ kind: 'callback' }, ...(stream ? [{ kind: 'stream', at: stream } as const] : [])],
    observe: 'chain',
    metadata: { ...metadata, attempts: 'result.$metadata.attempts' },
    ...more,
  })
