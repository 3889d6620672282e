import { count, percent } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { holds, isEmbedding } from './evidence.ts'
import { take } from './request.ts'

interface Tally {
  inputs: number
  repeats: number
  tokens: number
}

/** Inputs that the process had embedded before, which `find_repeats: true` counts. */
export function createRepeatedInputs(): Detector {
  const causes = createCauses<Tally>(() => ({ inputs: 0, repeats: 0, tokens: 0 }))

  return {
    look(request) {
      for (const call of request.calls) {
        const { metadata } = call.record
        // Only where it was looked for: 0 is an answer, none is not.
        if (typeof metadata?.repeats !== 'number' || holds(call, isEmbedding)) continue
        const inputs = Math.max(1, numberIn(metadata, 'batch_size'))
        const repeats = Math.min(inputs, numberIn(metadata, 'repeats'))
        const cause = causes.ofCall(call)
        if (cause === undefined) continue
        cause.tally.inputs += inputs * request.weight
        if (repeats === 0) continue
        cause.tally.repeats += repeats * request.weight
        cause.tally.tokens += (numberIn(metadata, 'input_tokens') * repeats * request.weight) / inputs
        causes.add(cause, request, take(call, (call.leftMs * repeats) / inputs), call)
        causes.pay(cause, call, repeats / inputs)
      }
    },
    findings: () =>
      causes.all().map((cause) => {
        const { inputs, repeats, tokens } = cause.tally
        return {
          ...({ kind: 'repeated_inputs', confidence: 'direct', cause, isTimed: true } as const),
          title: `${cause.subject.library} embeds again what it has embedded before.`,
          evidence: [
            `${count(repeats)} of ${count(inputs)} inputs (${percent(repeats / Math.max(1, inputs))}) were a repetition within their process`,
          ],
          advice: 'Keep the vectors by a hash of the text, in memory or in a store, and look there first.',
          ...(tokens > 0 && { also: `${count(tokens)} input tokens` }),
        }
      }),
  }
}
