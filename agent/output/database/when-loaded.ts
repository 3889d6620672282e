/**
 * Calls `say` when the application loads Node's SQLite, by `import` or `require`. Only where Node's synchronous hooks are
 * sound, 22.22.3 and later (see load/loader.ts); of those only 22 has something to say.
 */
export function whenSqliteIsLoaded(say: () => void): void {
  const { registerHooks } = process.getBuiltinModule('node:module')
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number)
  if (registerHooks === undefined || major < 22 || (major === 22 && (minor < 22 || (minor === 22 && patch < 3)))) return
  let isSaid = false
  registerHooks({
    resolve(specifier, context, next) {
      if (!isSaid && specifier === 'node:sqlite') {
        isSaid = true
        say()
      }
      return next(specifier, context)
    },
  })
}
