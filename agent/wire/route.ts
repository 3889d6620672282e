/** A call's method and path, compiled. */
export interface Route {
  /** The values of the names in the pattern, decoded; undefined where it does not fit. */
  match(method: string, path: string): Readonly<Record<string, string>> | undefined
}

/** `POST /v1/embeddings`; `*` is any text in a segment, `**` any number of segments, `{model}` a text with a name. Throws on others. */
export function compileRoute(pattern: string): Route {
  const [, verb = '', path = ''] = /^([A-Z]+) \/(\S*)$/.exec(pattern) ?? []
  if (verb === '') throw new Error(`${JSON.stringify(pattern)} is not a method and path, such as POST /v1/embeddings`)
  const whole = new RegExp(`^${path.split('/').map(sourceOf).join('')}/?$`)
  return {
    match(method, path) {
      const found = method === verb ? whole.exec(path) : null
      return found === null ? undefined : decoded(found.groups ?? {})
    },
  }
}

function sourceOf(segment: string): string {
  if (segment === '**') return '(?:/[^/]+)*?'
  const parts = segment.split(/(\*|\{\w+\})/).map((part) => {
    if (part === '*') return '[^/]*?'
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    return name === undefined ? part.replace(/[.+?()|[\]$^\\]/g, '\\$&') : `(?<${name}>[^/]+?)`
  })
  return `/${parts.join('')}`
}

const decoded = (groups: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decode(text)]))

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
