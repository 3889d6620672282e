import { count, counted } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { allButLongest, groupBy, holds, isEmbedding } from './evidence.ts'
import { take } from './request.ts'

/** Two may be a question and its rewording; from three on it is a loop. */
const leastCalls = 3

interface Tally {
  groups: number
  most: number
}

/** Texts that are embedded one by one where one call could take them all. */
export function createSingleEmbeddings(): Detector {
  const causes = createCauses<Tally>(() => ({ groups: 0, most: 0 }))

  return {
    look(request) {
      const single = request.calls.filter((call) => isSingleEmbedding(call) && !holds(call, isEmbedding))
      if (single.length < leastCalls) return
      for (const group of groupBy(single, keyOf)) {
        const [first] = group
        if (first === undefined || group.length < leastCalls) continue
        const cause = causes.ofCall(first)
        for (const { call, ms } of allButLongest(group)) causes.add(cause, request, take(call, ms), call)
        if (cause === undefined) continue
        cause.tally.groups += request.weight
        cause.tally.most = Math.max(cause.tally.most, group.length)
      }
    },
    findings: (whole) =>
      causes.all().map((cause) => {
        const { subject, calls, requests, tally } = cause
        const all = `${counted(calls + tally.groups, 'embedding call')} of one text each`
        return {
          ...({ kind: 'single_embeddings', confidence: 'direct', cause, isTimed: true } as const),
          ...(!whole.isRequests && { leastRequests: 1 }),
          title: `${subject.library} embeds texts one by one where one call could take them together.`,
          evidence: [
            whole.isRequests
              ? `${counted(requests, 'request')} made ${all}, up to ${count(tally.most)} in one`
              : `${all} came one right after another, up to ${count(tally.most)} in a row`,
          ],
          advice:
            'Collect the texts and pass them as one array: embedding services take many inputs in a call, at nearly the ' +
            'time of one.',
          also: counted(calls, 'call'),
        }
      }),
  }
}

/** A call that embeds one text; what does not say how many is taken for one. */
export const isSingleEmbedding = (call: Call) =>
  isEmbedding(call) && numberIn(call.record.metadata, 'batch_size') <= 1 && call.record.error === undefined

const keyOf = ({ record }: Call) => `${record.library} ${record.name} ${record.metadata?.model ?? ''}`
