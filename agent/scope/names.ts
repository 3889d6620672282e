type Kind = 'model' | 'provider' | 'collection'
/** The only keys under which a library's file keeps a string, and what each is the name of. */
const kinds: Readonly<Record<string, Kind>> = {
  model: 'model',
  response_model: 'model',
  provider: 'provider',
  collection: 'collection',
  namespace: 'collection',
  operation: 'collection',
  finish_reason: 'collection',
}

/** What is longer is read no further, so that no text takes time. */
const mostRead = 8192
const mostKnown = 500
const mostRemembered = 256
/** Most names have nothing that needs a look. */
const odd = /[^\w.-]/
/** All but what is printed. */
const control = /[^ -~\u00a0-\uffff]/g
const escaped = /%(?:2f|3a|40|3f|5c)/i
const secret = /(?:key|password|pwd|secret|token|sig|signature)\s*=/i
/** Of a file that is not an address: a folder's path, a drive's, or one that goes up; or a file of such a kind. */
const local = /^(?:\/|[.~$][^/]*\/|[a-z]:[/\\]|file:)|\\|\/\.\.?(?:\/|$)/i
const file =
  /\/[^/]*\.(?:gguf|ggml|onnx|safetensors|bin|pth?|tflite|task|db|sqlite3?|duckdb|lance|parquet|csv|jsonl?)$/i
const digest = /@(?:sha256:)?[\da-f]{6,64}$/i
const versionHash = /(?<=.)[:@](?:sha256:)?[\da-f]{64}$/i
const web = /(?:https?|wss?)$/i
const host = /^(?:[^\s:/?#@[\]]+|\[[\da-f:.]+\])$/i

/**
 * What a record says of these under each key, in whatever form they come: no account of an ARN, no project of a path of
 * Google's, no user, port or query of an address, no folder of a file. What can't be told from a secret is left out.
 */
export const names: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ...Object.entries(kinds).map(([key, kind]) => [key, remembering((text) => nameIn(text, kind))] as const),
  // The word `host` has left nothing else of the address.
  ['host', (text) => (host.test(text.replace(/:\d+$/, '')) ? text : undefined)],
  // No name, but one of two words; any other says nothing to a reader.
  ['score_kind', (text) => (text === 'similarity' || text === 'distance' ? text : undefined)],
])

/** Most names come again and again; the text of a call is one string then, which a map finds at once. */
function remembering(nameOf: (text: string) => string | undefined) {
  const known = new Map<string, string | undefined>()
  return (text: string): string | undefined => {
    const read = text.length > mostRead ? text.slice(0, mostRead) : text
    if (!odd.test(read)) return read
    if (read !== text) return undefined
    const found = known.get(text)
    if (found !== undefined || known.has(text)) return found
    const name = nameOf(text)
    if (known.size >= mostKnown) known.clear()
    if (text.length <= mostRemembered) known.set(text, name)
    return name
  }
}

function nameIn(given: string, kind: Kind): string | undefined {
  // Those who take an address drop line breaks in it, so they hide nothing here.
  const found = partIn(unescaped(given).replace(control, '').trim(), kind)?.trim()
  return found === '' || (found !== undefined && secret.test(found)) ? undefined : found
}

function unescaped(text: string): string {
  if (text.includes('://') || !escaped.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function partIn(text: string, kind: Kind): string | undefined {
  const scheme = text.indexOf('://')
  if (scheme >= 0) return ofAddress(text.slice(Math.max(0, scheme - 8), scheme), text.slice(scheme + 3), kind)
  const arn = `/${text}`.search(/\/arn:/i)
  if (arn >= 0) return ofArn(text.slice(arn))
  if (local.test(text)) return lastOf(text)
  if (text.includes('@', text.indexOf(':') + 1) && text.includes(':') && !digest.test(text)) return ofUser(text)
  const [plain = ''] = text.split('?', 1)
  if (file.test(plain)) return lastOf(plain)
  if (kind === 'provider') return ofHost(plain)
  const name = ofService(plain.split('/'), kind)
  return kind === 'model' ? name?.replace(versionHash, '') : name
}

/** `user:password@host:port/path?query`, after the scheme. */
function ofAddress(scheme: string, rest: string, kind: Kind): string | undefined {
  const end = rest.search(/[/?#\\]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const path = end < 0 ? '' : rest.slice(end)
  const isWeb = web.test(scheme)
  // A password may have a slash in it.
  if (path.includes('@') && !(isWeb && /^[^:@]*(?::\d*)?$/.test(authority))) return undefined
  const [plain = ''] = path.split(/[?#]/, 1)
  if (isWeb) {
    if (kind === 'model' && plain.includes('/projects/')) return ofService(plain.split('/'), kind)
    return hostOf(authority)
  }
  return lastOf(plain) ?? hostOf(authority)
}

function hostOf(authority: string): string | undefined {
  const [first = ''] = authority.slice(authority.lastIndexOf('@') + 1).split(',', 1)
  const name = first.replace(/:\d*$/, '')
  return host.test(name) ? name : undefined
}

/** The last part of what an ARN names, after its account. */
function ofArn(text: string): string | undefined {
  const [resource = ''] = text.split(':').slice(5).join(':').split('?', 1)
  return resource.includes('/') ? lastOf(resource) : resource.slice(resource.indexOf(':') + 1)
}

/** `user:password@host`, without a scheme. */
function ofUser(text: string): string | undefined {
  const at = text.lastIndexOf('@')
  if (text.includes('?') && text.indexOf('?') < at) return undefined
  return hostOf(text.slice(at).split(/[/?#]/, 1)[0] ?? '')
}

/** `api.example.com:8080/v1`. */
function ofHost(text: string): string {
  const [head = ''] = text.split(/[:/]/, 1)
  return head.includes('.') || head === 'localhost' || /^[^:/]+:\d+/.test(text) ? head : text
}

/** A name after what services put before it: projects, places, accounts and publishers. */
function ofService(parts: readonly string[], kind: Kind): string | undefined {
  const project = parts.indexOf('projects')
  if (kind !== 'model') return project < 0 ? parts.join('/') : lastOf(parts.slice(project + 2).join('/'))
  let from = project < 0 ? 0 : project + 2
  if (project >= 0 && parts[from] === 'locations') from += 2
  const isAccount = parts[from] === 'accounts' && parts.length > from + 2
  if (isAccount || (parts[from] === 'publishers' && parts.length > from + 2)) from += 2
  if (parts[from] === 'models' && parts.length > from + 1) from++
  const name = parts.slice(from).join('/')
  // A method of Google's stands after the name, a deployment of Fireworks' too.
  if (project >= 0) return name.replace(/:[a-z]+$/i, '')
  return isAccount ? name.split('#', 1)[0] : name
}

/** The last part of a path. */
function lastOf(path: string): string | undefined {
  const [plain = ''] = path
    .replaceAll('\\', '/')
    .replace(/^\/\/[?.]\//, '')
    .split('?', 1)
  const last = plain.split('/').findLast((part) => part !== '' && part !== '.' && part !== '..')
  return last?.replace(/^(?:file|[a-z]):/i, '')
}
