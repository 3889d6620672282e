import type { Instrumentation } from '../agent/model.ts'
import { commands } from './shared/browser.ts'

/** What a method of the application's asks the browser for first; what else it asks for is a part of that. */
const when = 'is(args.3.internal) == false'

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
        sendMessageToServer: commands(
          { name: 'args.1', when },
          {
            goto: ['goto reload goBack goForward', { host: 'host(args.2.url)' }],
            click: ['click dblclick tap check uncheck mouseClick touchscreenTap'],
            type: ['fill type press keyboardType keyboardPress keyboardInsertText selectOption setInputFiles'],
            find: [
              'querySelector querySelectorAll waitForSelector queryCount',
              { results: 'size(result.elements) ?? result.value' },
            ],
            read: [
              `title content textContent innerText innerHTML inputValue getAttribute isVisible isHidden isChecked
              isEnabled isDisabled isEditable expect`,
            ],
            evaluate: ['evaluateExpression evaluateExpressionHandle evalOnSelector evalOnSelectorAll waitForFunction'],
            screenshot: ['screenshot pdf'],
            launch: ['launch launchPersistentContext connect connectOverCDP'],
            close: ['close'],
            command: [],
          },
        ),
      },
    },
  ],
} satisfies Instrumentation
