/** A scalar's text with its references filled in, or the problem with them. */
export type Substituted = { readonly text: string } | { readonly problem: string }

const reference = /\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^\n}]*))?\}|\$\{[^}]*\}/g

/**
 * Replaces `${NAME}`, `${env:NAME}` and `${NAME:-default}` by OpenTelemetry's rules: from left to right, `$$` is a dollar
 * sign that begins no reference, nothing is replaced twice, an unknown name is empty.
 */
export function substitute(source: string, env: NodeJS.ProcessEnv): Substituted {
  let invalid: string | undefined
  const fill = (part: string) =>
    part.replace(reference, (found, name: string | undefined, fallback: string | undefined) => {
      if (name === undefined) invalid ??= found
      return (name !== undefined && env[name]) || (fallback ?? '')
    })
  const text = source.split('$$').map(fill).join('$')
  if (invalid === undefined) return { text }
  return { problem: `${invalid} is not a substitution; write \${NAME} or \${NAME:-default}, and $$ for a dollar sign` }
}
