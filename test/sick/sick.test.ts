import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { healthy, sick } from './cases.ts'
import { faultsOf, findingsIn } from './judge.ts'
import { type Case, recordsOf } from './service.ts'

// Where a service asks for one core.
const isElsewhere = ({ isOnOneCore = false }: Case) => isOnOneCore && process.platform !== 'linux'

// Beside other tests a machine has little processor left, which the report rightly says; what it says besides is judged.
for (const [what, cases] of Object.entries({ sick, healthy }))
  describe(`a ${what} service`, () => {
    for (const [name, one] of Object.entries(cases))
      it(`${name}: ${one.finding ?? 'no finding'}`, { skip: isElsewhere(one) }, async () => {
        const findings = findingsIn(await recordsOf(one), one)

        const others = findings.filter(({ kind }) => kind !== 'starved' || one.finding === kind)
        // Where it is starved, the shares of the others are of a longer time.
        const { share, ...unmeasured } = one
        assert.deepEqual(faultsOf(others.length < findings.length ? unmeasured : one, others), [])
      })
  })
