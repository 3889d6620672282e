/** Node's own classes of `fetch`, which load all of its undici when they are first asked for. */
export type OwnClasses = ReturnType<typeof rememberClasses>

type Name = 'Request' | 'Response' | 'Headers'

/** Remembers where they are before the application, a polyfill or a test, puts others in their places, or none. */
export function rememberClasses() {
  const [Request, Response, Headers] = [remember('Request'), remember('Response'), remember('Headers')]
  return { Request, Response, Headers }
}

/** Gives the class's prototype; an empty one where there was no class. */
function remember(name: Name): () => object {
  const first = Object.getOwnPropertyDescriptor(globalThis, name)
  let known: object | undefined
  return () => {
    known ??= prototypeOf(first?.get === undefined ? first?.value : loaded(name, first.get))
    return known
  }
}

/** Node's getter puts the class in the global's place, where the application's may be by now. */
function loaded(name: Name, get: () => unknown): unknown {
  const there = Object.getOwnPropertyDescriptor(globalThis, name)
  const own = Reflect.apply(get, globalThis, [])
  if (there === undefined) Reflect.deleteProperty(globalThis, name)
  else if (there.get !== get) Reflect.defineProperty(globalThis, name, there)
  return own
}

function prototypeOf(made: unknown): object {
  const found = typeof made === 'function' ? Object.getOwnPropertyDescriptor(made, 'prototype')?.value : undefined
  return typeof found === 'object' && found !== null ? found : Object.create(null)
}
