/**
 * What drives browsers is the business of tests: where `targets` names nothing, these libraries are profiled in a test run
 * alone.
 */
export const drivers: readonly string[] = ['playwright', 'puppeteer', 'selenium', 'webdriverio']

interface Testing {
  readonly test_execution?: { readonly enabled: boolean; readonly capture: { readonly commands: boolean } } | undefined
}

/** True where an empty list of targets takes them in. */
export const drives = ({ test_execution: tests }: Testing): boolean => tests?.enabled === true && tests.capture.commands
