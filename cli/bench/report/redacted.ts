import type { BenchResult } from '../model.ts'

/** Of a setting, a variable, a word of a command, or a part of a URL's query. */
const secretName =
  /pass(word|wd|phrase|code)?$|passw|secret|token|credential|key$|(^|[_-])(auth|pwd|pw)$|authorization|connection.?string|sas$|cookie|webhook|signature/i
/** Sizes of tokens, and paths of keys, are no secrets. */
const openName =
  /tokenizer|(partition|sort|primary|hot|foreign|routing).?key$|(max|limit|count|size|num|batch|chunk)[a-z]*_?tokens?$|tokens?_?(limit|count|size)$/i

export const hidden = '***'

/** The result with `***` for what its name says is a secret, also within URLs and a command's words. */
export function redacted(result: BenchResult): BenchResult {
  const { plan } = result
  return {
    ...result,
    plan: {
      ...plan,
      variants: plan.variants.map(({ settings, ...one }) => ({
        ...one,
        what: words(one.what),
        env: withoutSecrets(one.env) as Readonly<Record<string, string>>,
        ...(settings !== undefined && { settings: withoutSecrets(settings) as Readonly<Record<string, unknown>> }),
      })),
    },
  }
}

/** True for a name whose value is a secret. */
export const isSecret = (name: string) => secretName.test(name) && !openName.test(name)

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return texts(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutSecrets)
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, isSecret(name) && one !== '' ? hidden : withoutSecrets(one)]),
  )
}

/** The password of a URL, and what its query, or a connection string, names as secret. */
const texts = (text: string): string =>
  text
    .replace(/([a-z][\w+.-]*:\/\/)([^\s/?#:]*)(:?)[^\s/?#]*@/gi, (_, scheme, user, colon) =>
      colon === '' ? `${scheme}${hidden}@` : `${scheme}${user}:${hidden}@`,
    )
    .replace(/([?&;\s]|^)([\w.-]+)=("[^"]*"|'[^']*'|[^&;\s]+)/g, (all, before, name) =>
      isSecret(name) ? `${before}${name}=${hidden}` : all,
    )

/** `--api-key sk-1` and `--api-key=sk-1`. */
const words = (text: string): string =>
  texts(text).replace(/(--?)([\w-]+)([= ])("[^"]*"|'[^']*'|\S+)/g, (all, dashes, name, between) =>
    isSecret(name) ? `${dashes}${name}${between}${hidden}` : all,
  )
