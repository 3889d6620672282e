import type { Instrumentation } from '../agent/model.ts'
import { isOneOf } from './shared/browser.ts'

const name = 'args.1'
const operation = { operation: name }
/** What a method of the application's asks the browser for first; what else it asks for is a part of that. */
const when = 'is(args.3.internal) == false'
const commands = (scope: string, names: string, metadata = {}) => ({
  scope,
  when: `${when} && (${isOneOf(name, names)})`,
  metadata: { ...operation, ...metadata },
})

export default {
  name: 'playwright',
  module: 'playwright-core',
  versions: '>=1.64 <2',
  target: 'driver',
  system: { provider: 'playwright' },
  classes: [
    {
      // Browsers, pages, frames and locators are in no export: all that they do goes through their connection.
      at: '_connection^',
      methods: {
        sendMessageToServer: [
          commands('goto', 'goto reload goBack goForward', { host: 'host(args.2.url)' }),
          commands('click', 'click dblclick tap check uncheck mouseClick touchscreenTap'),
          commands('type', 'fill type press keyboardType keyboardPress keyboardInsertText selectOption setInputFiles'),
          commands('find', 'querySelector querySelectorAll waitForSelector queryCount', {
            results: 'size(result.elements) ?? result.value',
          }),
          commands(
            'read',
            'title content textContent innerText innerHTML inputValue getAttribute isVisible isHidden isChecked isEnabled isDisabled isEditable expect',
          ),
          commands(
            'evaluate',
            'evaluateExpression evaluateExpressionHandle evalOnSelector evalOnSelectorAll waitForFunction',
          ),
          commands('screenshot', 'screenshot pdf'),
          commands('launch', 'launch launchPersistentContext connect connectOverCDP'),
          commands('close', 'close'),
          { scope: 'command', when, metadata: operation },
        ],
      },
    },
  ],
} satisfies Instrumentation
