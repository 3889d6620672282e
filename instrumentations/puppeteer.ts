import type { Class, Instrumentation } from '../agent/model.ts'

type Methods = NonNullable<Class['methods']>

/** Each by its own name; of some only one protocol has them. */
const named = (scope: string, names: string, metadata = {}): Methods =>
  Object.fromEntries(
    names
      .split(' ')
      .map((name) => [name, { scope, metadata: { operation: `'${name.replace('?', '')}'`, ...metadata } }]),
  )
const results = { results: 'size(result)' }
/** Pages, frames and elements have these in common. */
const within = {
  ...named('click', 'click tap'),
  ...named('type', 'type select'),
  ...named('find', '$ waitForSelector'),
  ...named('find', '$$', results),
  ...named('evaluate', 'evaluate evaluateHandle $eval $$eval'),
  ...named('command', 'focus hover'),
}
const goto = { ...named('goto', 'goto', { host: 'host(args.0)' }), ...named('command', 'waitForNavigation setContent') }
const pages = {
  ...named('goto', 'reload goBack goForward'),
  ...named('screenshot', 'pdf createPDFStream'),
  ...named('close', 'close'),
  ...named(
    'command',
    'authenticate bringToFront cookies? createCDPSession deleteCookie? emulateCPUThrottling emulateIdleState emulateMediaFeatures emulateMediaType emulateNetworkConditions emulateTimezone emulateVisionDeficiency evaluateOnNewDocument exposeFunction metrics queryObjects removeExposedFunction removeScriptToEvaluateOnNewDocument setBypassCSP setBypassServiceWorker setCacheEnabled setCookie? setExtraHTTPHeaders setGeolocation setJavaScriptEnabled setOfflineMode setRequestInterception setUserAgent setViewport waitForDevicePrompt waitForFileChooser',
  ),
}
const browsers = {
  ...named('close', 'close'),
  ...named('command', 'createBrowserContext newPage userAgent version'),
}
const contexts = {
  ...named('close', 'close'),
  ...named('command', 'clearPermissionOverrides cookies newPage overridePermissions setCookie'),
}
const keyboards = { ...named('type', 'type press sendCharacter'), ...named('command', 'down up') }
const mice = {
  ...named('click', 'click'),
  ...named('command', 'down up move reset wheel drag dragEnter dragOver drop dragAndDrop'),
}

/** A class has its own file where the entry does not export it, or has made an object of it; 24 has two builds of it. */
const inFile = (file: string, name: string, methods: Methods): Class[] => [
  { at: `${name}.prototype`, file: `lib/puppeteer/${file}`, versions: '>=25', methods },
  {
    at: `${name}.prototype`,
    file: ['cjs', 'esm'].map((build) => `lib/${build}/puppeteer/${file}`),
    versions: '<25',
    methods,
  },
]
/** The protocols of Chrome and of WebDriver: what is made by the first, the entry exports. */
const ofBoth = (file: string, name: string, methods: Methods): Class[] => [
  { at: `Cdp${name}.prototype`, methods },
  ...inFile(`bidi/${file}`, `Bidi${name}`, methods),
]

export default {
  name: 'puppeteer',
  module: 'puppeteer-core',
  versions: '>=24 <26',
  target: 'driver',
  outermost: true,
  observe: 'chain',
  system: { provider: 'puppeteer' },
  classes: [
    {
      at: 'Page.prototype',
      methods: {
        ...within,
        ...named('goto', 'goto', { host: 'host(args.0)' }),
        ...named('read', 'content title'),
        ...named('evaluate', 'waitForFunction'),
        ...named('screenshot', 'screenshot'),
        ...named(
          'command',
          'addScriptTag addStyleTag emulate setContent waitForFrame waitForNavigation waitForNetworkIdle waitForRequest waitForResponse',
        ),
      },
    },
    ...ofBoth('Page', 'Page', pages),
    {
      at: 'Frame.prototype',
      methods: {
        ...within,
        ...named('read', 'content title'),
        ...named('evaluate', 'waitForFunction'),
        ...named('command', 'addScriptTag addStyleTag frameElement'),
      },
    },
    ...ofBoth('Frame', 'Frame', goto),
    {
      at: 'ElementHandle.prototype',
      methods: {
        ...within,
        ...named('type', 'press'),
        ...named(
          'read',
          'boundingBox boxModel getProperties getProperty isHidden isIntersectingViewport isVisible jsonValue',
        ),
        ...named('screenshot', 'screenshot'),
        ...named(
          'command',
          'clickablePoint drag dragAndDrop dragEnter dragOver drop scrollIntoView touchEnd touchMove touchStart',
        ),
      },
    },
    ...ofBoth('ElementHandle', 'ElementHandle', {
      ...named('type', 'uploadFile autofill'),
      ...named('command', 'contentFrame'),
    }),
    {
      at: 'Locator.prototype',
      methods: {
        ...named('click', 'click'),
        ...named('type', 'fill'),
        ...named('find', 'wait waitHandle'),
        ...named('command', 'hover scroll'),
      },
    },
    { at: 'WebWorker.prototype', methods: named('evaluate', 'evaluate evaluateHandle') },
    { at: 'Touchscreen.prototype', methods: named('click', 'tap') },
    ...ofBoth('Input', 'Keyboard', keyboards),
    ...ofBoth('Input', 'Mouse', mice),
    ...ofBoth('Browser', 'Browser', browsers),
    ...ofBoth('BrowserContext', 'BrowserContext', contexts),
    ...inFile('node/PuppeteerNode', 'PuppeteerNode', named('launch', 'launch')),
    ...inFile('common/Puppeteer', 'Puppeteer', named('launch', 'connect')),
  ],
} satisfies Instrumentation
