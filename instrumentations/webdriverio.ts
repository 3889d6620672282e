import type { Class, Instrumentation } from '../agent/model.ts'

type Methods = NonNullable<Class['methods']>

/** The commands of the protocol, by their own names. That of WebDriver has them, or that of BiDi where the session speaks it. */
const commands = [
  ...named('goto', 'navigateTo', { host: 'host(args.0)' }),
  ...named('goto', 'browsingContextNavigate', { host: 'host(args.0.url)' }),
  ...named('goto', 'back forward refresh browsingContextReload browsingContextTraverseHistory'),
  ...named('click', 'elementClick'),
  ...named('type', 'elementSendKeys elementClear sendAlertText'),
  ...named(
    'find',
    'findElement findElements findElementFromElement findElementsFromElement findElementFromShadowRoot findElementsFromShadowRoot getElementShadowRoot getActiveElement',
    { results: 'size(result)' },
  ),
  ...named('find', 'browsingContextLocateNodes', { results: 'size(result.nodes)' }),
  ...named(
    'read',
    'getTitle getUrl getPageSource getElementText getElementAttribute getElementProperty getElementCSSValue getElementTagName getElementRect getElementComputedRole getElementComputedLabel isElementSelected isElementDisplayed isElementEnabled getAlertText',
  ),
  ...named('evaluate', 'executeScript executeAsyncScript scriptCallFunction scriptEvaluate'),
  ...named(
    'screenshot',
    'takeScreenshot takeElementScreenshot printPage browsingContextCaptureScreenshot browsingContextPrint',
  ),
  ...named('close', 'deleteSession closeWindow browserClose browsingContextClose'),
  ...named(
    'command',
    'getTimeouts setTimeouts getWindowHandle getWindowHandles switchToWindow createWindow switchToFrame switchToParentFrame getWindowRect setWindowRect maximizeWindow minimizeWindow fullscreenWindow getAllCookies addCookie deleteAllCookies getNamedCookie deleteCookie performActions releaseActions dismissAlert acceptAlert setPermissions browserCreateUserContext browserRemoveUserContext browsingContextActivate browsingContextCreate browsingContextHandleUserPrompt browsingContextSetViewport inputPerformActions inputReleaseActions inputSetFiles storageGetCookies storageSetCookie storageDeleteCookies',
  ),
]

function named(scope: string, names: string, metadata = {}) {
  return names.split(' ').map((name) => ({ name, of: { scope, metadata: { operation: `'${name}'`, ...metadata } } }))
}

/** A session has those of its protocol and browser alone. */
const ending = (end: string, among = commands): Methods =>
  Object.fromEntries(among.map(({ name, of }) => [`${name}?${end}`, of]))
const ofElements = commands.filter(({ name }) => /element/i.test(name))

export default {
  name: 'webdriverio',
  module: 'webdriver',
  file: 'build/node',
  versions: '>=9 <10',
  target: 'driver',
  observe: 'chain',
  system: { provider: 'webdriverio' },
  classes: [
    { methods: { 'WebDriver.newSession': { scope: 'launch', metadata: { operation: "'newSession'" } } } },
    { at: 'WebDriver.newSession()', methods: ending('') },
    // Its elements are made with these.
    { at: 'WebDriver.newSession().__propertiesObject__', methods: ending('.value', ofElements) },
  ],
} satisfies Instrumentation
