import { count, percent } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { type Cause, createCauses } from './causes.ts'
import type { Detector, Draft, Whole } from './detector.ts'
import { bump, holds, toleranceMs } from './evidence.ts'
import type { RequestTime } from './request.ts'

interface Tally {
  /** Requests with such a call, looked at or not. */
  requests: number
  checked: number
  zero: number
  nan: number
  /** Of these, those in which vectors of a model came before, by the model's key. */
  readonly after: Map<string, number>
}
type Kept = Cause & { readonly tally: Tally }

/** A vector that comes from a model is the model's; of most of the requests, so that a second source does not hide. */
const leastFromModel = 0.5

/** Vectors whose numbers are all 0, or are none, as `check_vectors` found them in one of a hundred. */
export function createBrokenVectors(): Detector {
  const causes = createCauses<Tally>(() => ({ requests: 0, checked: 0, zero: 0, nan: 0, after: new Map() }))

  return {
    look(request) {
      const seen = new Set<Kept>()
      for (const call of request.calls) {
        const { verb } = call.scope
        // A framework's call hands on the vectors of those in it.
        if (!verbs.has(verb) || holds(call, ({ scope }) => scope.verb === verb)) continue
        const cause = causes.ofCall(call)
        if (cause === undefined) continue
        if (!seen.has(cause)) {
          cause.tally.requests += request.weight
          if (verb !== 'embed')
            for (const key of modelsBefore(call, request)) bump(cause.tally.after, key, request.weight)
        }
        seen.add(cause)
        look(cause, call, request)
      }
    },
    findings(whole) {
      const broken = causes.all().filter(({ tally }) => tally.zero + tally.nan > 0)
      const models = broken.filter(({ scope }) => scope?.verb === 'embed')
      return broken.filter((cause) => models.includes(cause) || !isFrom(models, cause, whole)).map(draftOf)
    },
  }

  function look(cause: Kept, call: Call, request: RequestTime): void {
    const { metadata } = call.record
    const [zero, nan] = [numberIn(metadata, 'zero_vectors'), numberIn(metadata, 'nan_vectors')]
    cause.tally.checked += numberIn(metadata, 'vectors_checked') * request.weight
    cause.tally.zero += zero * request.weight
    cause.tally.nan += nan * request.weight
    if (zero + nan > 0) causes.add(cause, request, 0, call)
  }
}

const verbs = new Set(['embed', 'search', 'upsert'])

const keyOf = ({ library, name, model }: Cause['subject']) => `${library} ${name} ${model ?? ''}`

/** The embeddings of a request that had ended when a call began. */
const modelsBefore = (call: Call, { calls }: RequestTime): Set<string> =>
  new Set(
    calls
      .filter(({ scope, endMs }) => scope.verb === 'embed' && endMs <= call.startMs + toleranceMs)
      .map(({ record, scope }) => {
        const model = record.metadata?.model
        return keyOf({ library: scope.library, name: scope.name, ...(typeof model === 'string' && { model }) })
      }),
  )

/** Without requests nothing tells whose vectors they are: then those of a model that makes broken ones are taken for them. */
function isFrom(models: readonly Kept[], { tally }: Kept, whole: Whole): boolean {
  if (!whole.isRequests) return models.length > 0
  return models.some(({ subject }) => (tally.after.get(keyOf(subject)) ?? 0) >= tally.requests * leastFromModel)
}

function draftOf(cause: Kept): Draft {
  const { subject, scope, tally } = cause
  const { checked, zero, nan, requests } = tally
  const verb = scope?.verb
  const what = [
    ...(zero > 0 ? [`${count(zero)} had nothing but zeros`] : []),
    ...(nan > 0 ? [`${count(nan)} had a number that is none (NaN, infinite, null)`] : []),
  ]
  const of = subject.collection ?? subject.model ?? subject.library
  return {
    ...{ kind: 'broken_vectors', confidence: 'direct', cause, isTimed: false },
    // One is enough to know that there are such: it was looked at, and one in a hundred is.
    ...{ leastRequests: 1, touched: (requests * (zero + nan)) / Math.max(1, checked) },
    title:
      verb === 'embed'
        ? `${of} makes vectors that are broken.`
        : `${of} is ${verb === 'search' ? 'searched with' : 'written'} vectors that are broken.`,
    evidence: [
      `of ${count(checked)} vectors of ${subject.name} that were looked at, ${what.join(', and ')} (${percent((zero + nan) / Math.max(1, checked))})`,
    ],
    advice:
      verb === 'embed'
        ? 'Look at what it is given for these: empty or too long texts, a model that is not loaded whole; and do not store what comes of it.'
        : 'Look at where these vectors come from: a failed embedding that was filled up with zeros, a division by a norm of 0; and refuse them before they are stored or asked.',
  }
}
