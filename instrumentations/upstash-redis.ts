import type { Instrumentation } from '../agent/model.ts'
import { requests } from './shared/upstash-redis.ts'

export default {
  name: 'upstash-redis',
  module: '@upstash/redis',
  versions: '>=1.34 <2',
  target: 'vector_store',
  system: { db: 'redis' },
  classes: [
    {
      // Below the commands, each of which is a class; the way there is through a client, whose making asks for nothing.
      from: (exports) =>
        Object.getPrototypeOf(
          new exports.Redis({ url: 'http://127.0.0.1', token: '-', enableAutoPipelining: false }).client,
        ),
      // Its caller throws what the server told in an answer; in a list of them, of the only one.
      failed: 'is(result.error || result.0.error && size(result) == 1)',
      methods: { request: requests },
    },
  ],
} satisfies Instrumentation
