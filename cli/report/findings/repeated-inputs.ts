import { count, ms, percent } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import { round } from '../tree.ts'
import type { Detector } from './detector.ts'
import { createByScope, holds, isEmbedding, keepWorse } from './evidence.ts'

const leastRepeats = 5
/** Of all inputs. */
const leastShare = 0.05

interface Tally {
  inputs: number
  repeats: number
  savesMs: number
  tokens: number
}

/** Inputs that the process had embedded before, which `find_repeats: true` counts. */
export function createRepeatedInputs(): Detector {
  const scopes = createByScope<Tally>(() => ({ inputs: 0, repeats: 0, savesMs: 0, tokens: 0 }))

  return {
    look(tree) {
      for (const call of tree.calls) {
        const { record, weight } = call
        // Only where it was looked for: 0 is an answer, none is not.
        if (typeof record.metadata?.repeats !== 'number' || holds(call, isEmbedding)) continue
        const inputs = Math.max(1, numberIn(record.metadata, 'batch_size'))
        const repeats = Math.min(inputs, numberIn(record.metadata, 'repeats'))
        const tally = scopes.of(call)
        tally.inputs += inputs * weight
        tally.repeats += repeats * weight
        tally.savesMs += (record.duration_ms * repeats * weight) / inputs
        tally.tokens += (numberIn(record.metadata, 'input_tokens') * repeats * weight) / inputs
        if (repeats > 0) keepWorse(tally, repeats, tree, call)
      }
    },
    findings: () =>
      scopes.findings(
        ({ library, tally: { inputs, repeats, savesMs, tokens } }) => ({
          kind: 'repeated_inputs',
          title: `${library} embeds again what it has embedded before.`,
          evidence: [
            `${count(repeats)} of ${count(inputs)} inputs (${percent(repeats / inputs)}) were a repetition within their process`,
          ],
          advice: 'Keep the vectors by a hash of the text, in memory or in a store, and look there first.',
          saves: `about ${ms(savesMs)}${tokens > 0 ? ` and ${count(tokens)} input tokens` : ''}`,
          saves_ms: round(savesMs),
        }),
        ({ repeats, inputs }) => repeats >= leastRepeats && repeats / inputs >= leastShare,
      ),
  }
}
