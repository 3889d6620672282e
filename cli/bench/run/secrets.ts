import { adapters } from '../adapters/names.ts'
import type { Variant } from '../model.ts'
import { hidden, isSecret } from '../report/redacted.ts'

/** Shorter values would be found in words that have nothing to do with them. */
const leastLength = 6

/** Takes the values of secrets out of a text: of settings that are some, of variables whose names sound so, of URLs. */
export function createHide(variants: readonly Variant[], env: NodeJS.ProcessEnv): (text: string) => string {
  const ofSettings = variants.flatMap((variant) =>
    variant.kind === 'adapter'
      ? Object.entries(variant.settings).filter(([key]) => adapters[variant.adapter]?.settings[key]?.secret)
      : [],
  )
  const ofEnv = [env, ...variants.map((variant) => variant.env)].flatMap((one) =>
    Object.entries(one).filter(([name]) => isSecret(name)),
  )
  const values = [...ofSettings, ...ofEnv]
    .map(([, value]) => `${value ?? ''}`)
    .filter((one) => one.length >= leastLength)
  const sorted = [...new Set(values)].sort((one, other) => other.length - one.length)
  return (text) =>
    sorted
      .reduce((left, value) => left.replaceAll(value, hidden), text)
      .replace(/(\w+:\/\/)[^\s/@]+@/g, `$1${hidden}@`)
      .replace(/\b(sk|pk|Bearer)[-_ ][\w-]{8,}/g, hidden)
}
