import { visible } from '../diagnostics.ts'
import type { ProfileRecord } from '../model.ts'

/** `search > embeds once`, or `shop.test.ts:12` where titles are hashed. */
export function labelOf({ metadata: { suite, title, file, line, title_hash } = {} }: ProfileRecord): string {
  if (title !== undefined) return visible([suite, title].filter(Boolean).join(' > '))
  const mark = line !== undefined ? `:${line}` : title_hash !== undefined ? ` #${`${title_hash}`.slice(0, 6)}` : ''
  return visible(`${file ?? 'a test'}${mark}`)
}
