import { createRequire } from 'node:module'
import { join } from 'node:path'
import { constants, Script } from 'node:vm'

/**
 * The exports of a package as the project in `folder` has it installed: by `require`, or by `import` where the package has
 * only that. Throws an error that says how to install it.
 */
export async function loadPackage<T>(name: string, folder: string): Promise<T> {
  const file = join(folder, 'bench.js')
  try {
    return createRequire(file)(name) as T
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'MODULE_NOT_FOUND' && message.includes(`'${name}'`)) throw missing(name)
    if (!importedOnly.has(`${code}`)) throw error
  }
  const options = { filename: file, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }
  return (await new Script('(name) => import(name)', options).runInThisContext()(name)) as T
}

/** What `require` says of a package that it can't load, and `import` can. */
const importedOnly = new Set(['ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE'])

const missing = (name: string) => {
  const install = name.startsWith('node:') ? 'take a newer Node' : `npm install ${name}`
  return new Error(`${name} is not installed where this runs; ${install}`)
}
