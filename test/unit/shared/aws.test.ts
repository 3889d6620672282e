import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { invokes, isCommand } from '../../../instrumentations/shared/aws.ts'

class InvokeModelCommand {
  readonly input: unknown
  constructor(input: unknown) {
    this.input = input
  }
}
class ConverseCommand extends InvokeModelCommand {}
const call = (command: unknown) => ({ self: undefined, args: [command] })

describe("an AWS client's command", () => {
  it('runs a model of a name', () => {
    const embeds = compileGet(invokes(/embed/i))
    // As in a bundle that shortens names.
    const a = class extends InvokeModelCommand {
      readonly schema = [9, 'com.amazonaws.bedrockruntime', 'InvokeModel']
    }
    Object.defineProperty(a, 'name', { value: 'a' })

    assert.equal(embeds(call(new InvokeModelCommand({ modelId: 'amazon.Titan-Embed' }))), true)
    assert.equal(embeds(call(new a({ modelId: 'cohere.embed' }))), true)
    const is = compileGet(isCommand('InvokeModel'))
    assert.deepEqual(
      [new InvokeModelCommand({}), new a({}), new ConverseCommand({}), undefined].map((one) => is(call(one))),
      [true, true, false, false],
    )
    for (const command of [
      new InvokeModelCommand({ modelId: 'amazon.nova' }),
      new InvokeModelCommand(undefined),
      new ConverseCommand({ modelId: 'amazon.titan-embed' }),
      ...[undefined, {}],
    ])
      assert.equal(embeds(call(command)), false)
  })
})
