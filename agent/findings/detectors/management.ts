import { count, ms } from '../../format.ts'
import type { Call } from '../tree.ts'
import { type Cause, createCauses } from './causes.ts'
import type { Detector, Draft } from './detector.ts'
import { bump, mostOf } from './evidence.ts'
import { take } from './request.ts'

/** Statements and commands that make, change or list what holds the data. */
const operations = /^(?:create|alter|drop|truncate|describe|show|use|ft\.(?:create|info|_list|alter|dropindex))/i

interface Tally {
  readonly operations: Map<string, number>
}

/** Collections, indexes and tables that are made, opened or listed within requests, where once at the start would do. */
export function createManagement(): Detector {
  const causes = createCauses<Tally>(() => ({ operations: new Map() }))

  return {
    look(request) {
      for (const call of request.calls) {
        if (!isManagement(call)) continue
        const cause = causes.ofCall(call)
        causes.add(cause, request, take(call, call.leftMs), call)
        const { operation } = call.record.metadata ?? {}
        if (typeof operation === 'string') bump(cause?.tally.operations ?? new Map(), operation, request.weight)
      }
    },
    findings: () => causes.all().map(draftOf),
  }
}

function isManagement({ scope, record, parent, children }: Call): boolean {
  // What a library asks for itself is not for the application to change.
  if (parent?.record.library === record.library) return false
  if (scope.verb === 'manage') return children.length === 0
  const { operation } = record.metadata ?? {}
  return scope.verb === 'query' && typeof operation === 'string' && operations.test(operation)
}

function draftOf(cause: Cause & { tally: Tally }): Draft {
  const { subject, calls, requests } = cause
  const what = mostOf(cause.tally.operations, 3)
  return {
    ...{ kind: 'management_calls', confidence: 'direct', cause, isTimed: true },
    title: `Requests create, open or list what ${subject.library} holds its data in, again and again.`,
    evidence: [
      `${count(calls)} calls of ${subject.name}${what === '' ? '' : ` (${what})`} in ${count(requests)} requests, ${ms(cause.ms / Math.max(1, calls))} each`,
    ],
    advice: 'Do it once when the process starts, and keep the collection, index or table object.',
  }
}
