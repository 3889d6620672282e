import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** True if there is a file. */
export const isFile = (path: string) => statsOf(path)?.isFile() === true

/** True if there is a folder. */
export const isFolder = (path: string) => statsOf(path)?.isDirectory() === true

/** Undefined for what is not there, and for what can't be reached. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** The path with its links resolved; as it is if nothing is there. */
export function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Names in a folder; none if it can't be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const mostBytes = 4_000_000

/** A file's text, of a large one the begin; empty where it can't be read. */
export function textIn(file: string, most = mostBytes): string {
  try {
    if (!isFile(file)) return ''
    const fd = openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(Math.min(fstatSync(fd).size, most))
      return bytes.toString('utf8', 0, readSync(fd, bytes))
    } finally {
      closeSync(fd)
    }
  } catch {
    return ''
  }
}

/** A file's JSON; undefined where there is none. */
export function jsonIn(file: string, most = mostBytes): unknown {
  try {
    return JSON.parse(textIn(file, most))
  } catch {
    return undefined
  }
}

/** This folder and those above it, the nearest first. */
export function foldersFrom(folder: string): string[] {
  const above = dirname(folder)
  return above === folder ? [folder] : [folder, ...foldersFrom(above)]
}

/** The folder in which Node finds a package from here; undefined if it is not installed. */
export const installedFolder = (name: string, from: string): string | undefined =>
  foldersFrom(from)
    .map((folder) => join(folder, 'node_modules', name))
    .find((folder) => existsSync(join(folder, 'package.json')))

/** A package's file for a module in this folder; undefined if it is not found. */
export function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(join(folder, 'x.js')).resolve(name)
  } catch {
    return undefined
  }
}
