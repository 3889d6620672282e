import { aiSdk } from './ai-sdk.ts'
import { databases } from './databases.ts'
import { engines } from './engines.ts'
import { frameworks } from './frameworks.ts'
import { models } from './models.ts'
import type { Family } from './row.ts'
import { searches } from './searches.ts'
import { sql } from './sql.ts'
import { stores } from './stores.ts'
import { vendors } from './vendors.ts'
import { wires } from './wires.ts'

/** By the library's name. */
export const all: Family = {
  ...models,
  ...vendors,
  ...aiSdk,
  ...frameworks,
  ...stores,
  ...searches,
  ...wires,
  ...sql,
  ...databases,
  ...engines,
}
