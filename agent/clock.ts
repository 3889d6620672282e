// The application's tests may put a fake in its place.
const { hrtime } = process

/** Milliseconds, of which only differences mean something. `performance` would load a dozen modules with the first look. */
export function now(): number {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
