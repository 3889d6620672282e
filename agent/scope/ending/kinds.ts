import type { Endings, Ends } from '../../model.ts'
import { compileGet } from '../read.ts'

/** A method's `ends` by their kinds; of two of one kind the first counts, of streams each. */
export function compileEnds(ends: Ends | readonly Ends[]): Endings {
  const all: readonly Ends[] = 'kind' in ends ? [ends] : ends
  const of = <K extends Ends['kind']>(kind: K) =>
    all.find((one): one is Extract<Ends, { kind: K }> => one.kind === kind)
  const streams = all.flatMap((one) => (one.kind === 'stream' ? [one.at] : []))
  const [thenable, events, methods, rows] = [of('thenable')?.methods, of('events'), of('methods'), of('rows')]
  const [callback, then, whole] = [of('callback') !== undefined, of('then') !== undefined, of('return') !== undefined]
  const caught = of('catch') !== undefined
  const [asked, handed, more] = [of('asked'), of('handed'), of('further')]
  const [cursor, fetched, closes] = [of('cursor'), of('portion'), of('closing') !== undefined]
  const portions = cursor?.portions === undefined ? undefined : compileGet(cursor.portions)
  const portion = fetched || closes ? { closes, last: fetched && compileGet(fetched.last) } : undefined
  const valueShaped = whole || portions !== undefined || thenable !== undefined || streams.length > 0
  return {
    callback,
    then,
    catch: caught,
    return: whole,
    further: more && { by: more.by, last: compileGet(more.last) },
    cursor: [cursor, portion, asked, handed, more].some((one) => one !== undefined),
    asked,
    handed,
    portions,
    portion,
    thenable,
    streams,
    events,
    methods,
    rows,
    before: callback || then || caught || methods?.of !== undefined,
    valueShaped,
    shaped: valueShaped || events !== undefined || methods !== undefined || rows !== undefined,
  }
}
