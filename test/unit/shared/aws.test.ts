import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { invokes, nameIn } from '../../../instrumentations/shared/aws.ts'

class InvokeModelCommand {
  readonly input: unknown
  constructor(input: unknown) {
    this.input = input
  }
}
class ConverseCommand extends InvokeModelCommand {}
const call = (command: unknown) => ({ self: undefined, args: [command] })

describe("an AWS client's command", () => {
  it('names what it is for, without the account of an ARN', () => {
    const name = (input: unknown) => compileGet(nameIn('indexName', 'indexArn'))(call({ input }))

    assert.equal(name({ indexName: 'a/b', indexArn: 'arn:aws:c/d' }), 'a/b')
    assert.equal(name({ indexArn: 'arn:aws:s3vectors:eu:123:bucket/b/index/d' }), 'd')
    assert.equal(name({ indexName: null, indexArn: 'arn:aws' }), 'arn:aws')
    for (const input of [undefined, {}, 'text']) assert.equal(name(input), undefined)
  })

  it('runs a model of a name', () => {
    const embeds = compileGet(invokes(/embed/i))

    assert.equal(embeds(call(new InvokeModelCommand({ modelId: 'amazon.Titan-Embed' }))), true)
    for (const command of [
      new InvokeModelCommand({ modelId: 'amazon.nova' }),
      new InvokeModelCommand(undefined),
      new ConverseCommand({ modelId: 'amazon.titan-embed' }),
      ...[undefined, {}],
    ])
      assert.equal(embeds(call(command)), false)
  })
})
