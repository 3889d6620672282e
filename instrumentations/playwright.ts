import type { Instrumentation } from '../agent/model.ts'
import { commands } from './shared/browser.ts'

const asked = {
  name: 'args.1',
  // What a method of the application's asks the browser for first; what else it asks for is a part of that.
  when: 'is(args.3.internal) == false',
  metadata: { goto: { host: 'host(args.2.url)' }, find: { results: 'size(result.elements) ?? result.value' } },
}

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
        sendMessageToServer: commands(asked, {
          goto: 'goto reload goBack goForward',
          click: 'click dblclick tap check uncheck mouseClick touchscreenTap',
          type: 'fill type press keyboardType keyboardPress keyboardInsertText selectOption setInputFiles',
          find: 'querySelector querySelectorAll waitForSelector queryCount',
          read: `title content textContent innerText innerHTML inputValue getAttribute isVisible isHidden isChecked
            isEnabled isDisabled isEditable expect`,
          evaluate: 'evaluateExpression evaluateExpressionHandle evalOnSelector evalOnSelectorAll waitForFunction',
          screenshot: 'screenshot pdf',
          launch: 'launch launchPersistentContext connect connectOverCDP',
          close: 'close',
          command: '',
        }),
      },
    },
  ],
} satisfies Instrumentation
