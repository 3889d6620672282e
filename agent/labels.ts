import { chunk } from './chunk.ts'
import type { Config } from './config/schema.ts'
import type { LabelCounts } from './ledger.ts'
import type { LabelSet, WarnOnce } from './model.ts'
import type { RequestLabels } from './request/labels.ts'

interface LabelParts {
  readonly where: (path: string) => string | undefined
  readonly warnOnce: WarnOnce
}

type Labelled = Pick<Config, 'labels' | 'max_label_values' | 'request'>

/** The user's own labels of calls, by the configuration in force. Without `labels` nothing of it is loaded. */
export interface Labels {
  apply(config: Labelled): void
  /** Of calls outside of requests: those alone that are the same for all. */
  readonly constants: () => LabelSet | undefined
  /** Of an incoming request, by what has its headers. */
  readonly of: (from: object) => LabelSet | undefined
  readonly counts: () => LabelCounts | undefined
}

export function followLabels({ where, warnOnce }: LabelParts): Labels {
  let wanted = ''
  let current: RequestLabels | undefined

  return {
    apply({ labels, max_label_values, request }) {
      const next = JSON.stringify([labels, max_label_values, request.profile_header])
      if (next === wanted) return
      wanted = next
      const names = Object.keys(labels)
      if (names.length === 0) {
        current = undefined
        return
      }
      current = chunk<typeof import('./request/request.ts')>('request').openLabels({
        ...{ labels, most: max_label_values, warnOnce },
        secretHeader: request.profile_secret === '' ? undefined : request.profile_header.toLowerCase(),
        location: (name) => where(`labels.${names.indexOf(name)}`) ?? where('labels') ?? 'the default',
      })
    },
    constants: () => current?.constants,
    of: (from) => current?.of(from),
    counts: () => current?.counts(),
  }
}
