import { createHash, timingSafeEqual } from 'node:crypto'

const least = 16

/** True when what a header says is the secret; compared in constant time. A short secret is none. */
export function createForced(secret: string): (value: unknown) => boolean {
  if (secret.length < least) return () => false
  const wanted = digest(secret)
  return (value) => typeof value === 'string' && timingSafeEqual(digest(value), wanted)
}

const digest = (text: string) => createHash('sha256').update(text).digest()
