import { aiSdk } from './ai-sdk.ts'
import { bedrock } from './bedrock.ts'
import { browsers } from './browsers.ts'
import { clouds } from './clouds.ts'
import { databases } from './databases.ts'
import { elastic } from './elastic.ts'
import { engines } from './engines.ts'
import { frameworks } from './frameworks.ts'
import { grpc } from './grpc.ts'
import { models } from './models.ts'
import { openaiAlike } from './openai-alike.ts'
import { pinecone } from './pinecone.ts'
import { postgres } from './postgres.ts'
import type { Family } from './row.ts'
import { searchEngines } from './search-engines.ts'
import { sql } from './sql.ts'
import { stores } from './stores.ts'
import { upstash } from './upstash.ts'
import { vendors } from './vendors.ts'
import { wires } from './wires.ts'

/** By the library's name. */
export const all: Family = {
  ...aiSdk,
  ...bedrock,
  ...browsers,
  ...clouds,
  ...databases,
  ...elastic,
  ...engines,
  ...frameworks,
  ...grpc,
  ...models,
  ...openaiAlike,
  ...pinecone,
  ...postgres,
  ...searchEngines,
  ...sql,
  ...stores,
  ...upstash,
  ...vendors,
  ...wires,
}
