import { basename } from 'node:path'
import type { Connection } from '../../agent/output/database/engine.ts'
import { isBusy } from '../../agent/output/database/failure.ts'
import { fileAt } from '../../agent/output/database/place.ts'
import { openToRead, readAfter } from '../report/database.ts'
import type { Follower } from './follow.ts'

/** Follows a database by the numbers of its records: also when it is removed and made anew. */
export function followDatabase(path: string, fromStart: boolean): Follower {
  let opened: { readonly db: Connection; readonly ino: bigint } | undefined
  let last = 0
  let isFirst = !fromStart

  const close = () => {
    opened?.db.close()
    opened = undefined
  }
  /** Undefined where it is gone, or is only being made. */
  const current = (): Connection | undefined => {
    const ino = fileAt(path)?.ino
    if (opened !== undefined && opened.ino !== ino) {
      close()
      last = 0
    }
    if (ino === undefined) return undefined
    opened ??= { db: openToRead(path, basename(path)), ino }
    return opened.db
  }
  const skip = (db: Connection) => {
    isFirst = false
    last = Number(db.prepare('SELECT next FROM sequence').get()?.next) - 1
  }
  try {
    const db = current()
    if (db !== undefined && isFirst) skip(db)
  } catch (error) {
    close()
    throw error
  }

  return {
    read(take) {
      try {
        const db = current()
        if (db === undefined) return false
        db.exec('BEGIN')
        try {
          last = readAfter(db, last, (record) => take(JSON.stringify(record)))
        } finally {
          db.exec('COMMIT')
        }
      } catch (error) {
        // It is read at the next look.
        if (!isBusy(error)) throw error
      }
      return false
    },
    close,
  }
}
