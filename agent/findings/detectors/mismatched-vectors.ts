import { count } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { bump, toleranceMs } from './evidence.ts'
import type { RequestTime } from './request.ts'

interface Tally {
  readonly written: Map<string, number>
  readonly asked: Map<string, number>
}

/** Collections that are searched with vectors of another model, or of other dimensions, than they were written with. */
export function createMismatchedVectors(): Detector {
  const causes = createCauses<Tally>(() => ({ written: new Map(), asked: new Map() }))

  return {
    look(request) {
      for (const call of request.calls) {
        const { collection } = call.record.metadata ?? {}
        const isWrite = call.scope.verb === 'upsert'
        if (typeof collection !== 'string' || !(isWrite || call.scope.verb === 'search')) continue
        const vectors = vectorsOf(call, request)
        // By its name alone: one library may write what another reads.
        const cause = causes.of({ name: 'vector_store.search', library: call.scope.library, collection }, call.scope)
        if (cause === undefined || vectors === undefined) continue
        bump(isWrite ? cause.tally.written : cause.tally.asked, vectors, request.weight, 8)
        if (!isWrite) causes.add(cause, request, 0, call)
      }
    },
    findings: () =>
      causes.all().flatMap((cause) => {
        const { written, asked } = cause.tally
        const strange = [...asked].filter(([vectors]) => !written.has(vectors))
        // With one kind in common it is two named vectors, or a change that is under way.
        if (written.size === 0 || asked.size === 0 || strange.length < asked.size) return []
        const { collection = '' } = cause.subject
        return [
          {
            ...({ kind: 'mismatched_vectors', confidence: 'heuristic', cause, isTimed: false } as const),
            title: `${collection} is searched with other vectors than it was written with.`,
            evidence: [
              `searched with ${[...asked.keys()].join('; ')} (${count(cause.calls)} searches), written with ${[...written.keys()].join('; ')}`,
            ],
            advice:
              'Embed questions with the model, and the dimensions, of what was stored; after a change of model write the ' +
              'collection anew.',
          },
        ]
      }),
  }
}

/** The model and dimensions of the embedding that ended last before a call, which are those of its vectors. */
function vectorsOf(call: Call, { calls }: RequestTime): string | undefined {
  const before = calls.filter(
    (one) => one.scope.verb === 'embed' && one.record.error === undefined && one.endMs <= call.startMs + toleranceMs,
  )
  const last = before.sort((a, b) => b.endMs - a.endMs).find((one) => one.children.length === 0)
  const dimensions = numberIn(call.record.metadata, 'dimensions') || numberIn(last?.record.metadata, 'dimensions')
  const model = last?.record.metadata?.model
  const parts = [...(typeof model === 'string' ? [model] : []), ...(dimensions > 0 ? [`${dimensions} dimensions`] : [])]
  return parts.length > 0 ? parts.join(', ') : undefined
}
