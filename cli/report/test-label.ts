import type { ProfileRecord } from '../../agent/model.ts'
import { labelOf as rawLabelOf } from '../../agent/testing/label.ts'
import { plain } from '../style.ts'

/** `search > embeds once`, or `shop.test.ts:12` where titles are hashed. */
export const labelOf = (record: ProfileRecord): string => plain(rawLabelOf(record))
