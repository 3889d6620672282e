import type { ModulePatch } from '../replace/patch.ts'
import type { Framework } from './framework.ts'
import { mocha } from './mocha.ts'
import { nodeTest } from './node-test.ts'
import { createTests, type TestsParts } from './tests.ts'
import { vitest } from './vitest.ts'

const frameworks: readonly Framework[] = [nodeTest, vitest, mocha]

/** Attaches to each test framework that is loaded. */
export function openTests(parts: TestsParts): { readonly modules: readonly ModulePatch[]; readonly end: () => void } {
  const { tests, end } = createTests(parts)
  const modules = frameworks.map(
    ({ attach, ...module }): ModulePatch => ({
      ...module,
      wanted: () => true,
      patches: () => [],
      test: true,
      ...attach(tests),
    }),
  )
  return { modules, end }
}
