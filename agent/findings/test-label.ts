import { visible } from '../diagnostics.ts'
import { manualLibrary } from '../manifest.ts'
import type { ProfileRecord } from '../model.ts'

type Named = Pick<ProfileRecord, 'name' | 'library'>

/** True of what test frameworks tell, and not of a scope of the application's own that has such a name. */
const isOfTests = ({ library }: Named) => library !== manualLibrary
export const isTestCase = (record: Named) => record.name === 'test.case' && isOfTests(record)
export const isTest = (record: Named) => /^test\.(?:run|suite|case)$/.test(record.name) && isOfTests(record)
export const isTestStep = (record: Named) => /^test\.(?:hook|step)$/.test(record.name) && isOfTests(record)

/** `search > embeds once`, or `shop.test.ts:12` where titles are hashed. */
export function labelOf({ metadata: { suite, title, file, line, title_hash } = {} }: ProfileRecord): string {
  if (title !== undefined) return visible([suite, title].filter(Boolean).join(' > '))
  const mark = line !== undefined ? `:${line}` : title_hash !== undefined ? ` #${`${title_hash}`.slice(0, 6)}` : ''
  return visible(`${file ?? 'a test'}${mark}`)
}
