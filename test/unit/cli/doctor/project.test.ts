import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, it } from 'node:test'
import { findInstalled } from '../../../../cli/doctor/installed.ts'
import { readProject } from '../../../../cli/doctor/project.ts'
import { makeProject } from '../../../support/project.ts'

describe('the lines that start a project', () => {
  const agent = '--import @crossbridge/agent'
  const cases: readonly (readonly [what: string, files: Record<string, string>, scripts: object, starts: string[]])[] =
    [
      [
        'a Dockerfile, by its last CMD',
        {
          Dockerfile: `FROM node:22\nENV NODE_OPTIONS="${agent}"\nCMD ["node", "a.js"]\nENTRYPOINT ["tini", "--"]\nCMD ["node", "b.js"]\n`,
        },
        {},
        [`Dockerfile: node b.js with ${agent}`],
      ],
      [
        'a Dockerfile that runs a script',
        { Dockerfile: 'CMD npm start' },
        { start: 'npm run serve', serve: 'node c.js' },
        [
          'Dockerfile (package.json script start) (package.json script serve): node c.js',
          'package.json script start (package.json script serve): node c.js',
          'package.json script serve: node c.js',
        ],
      ],
      [
        'a shell in a Dockerfile',
        { Dockerfile: 'CMD ["sh", "-c", "migrate && node d.js"]' },
        {},
        ['Dockerfile: node d.js'],
      ],
      ['a Procfile', { Procfile: 'web: node web.js\nrelease: node migrate.js\n' }, {}, ['Procfile web: node web.js']],
      [
        "pm2's file, each of its applications",
        {
          'ecosystem.config.cjs': `module.exports = { apps: [
          { name: 'a', script: 'a.js', node_args: '${agent}' },
          { name: 'b', script: "./b.js", env: { NODE_OPTIONS: '${agent}' } } ] }`,
        },
        {},
        [
          'ecosystem.config.cjs: node a.js by --import @crossbridge/agent',
          `ecosystem.config.cjs: node ./b.js with ${agent}`,
        ],
      ],
    ]
  for (const [what, files, scripts, starts] of cases) {
    it(`are found in ${what}`, () => {
      const project = readProject(makeProject({ files, packageJson: { scripts } }), {})

      assert.deepEqual(
        project.starts.map(
          ({ location, program, entry, preloads, nodeOptions }) =>
            `${location}: ${program} ${entry}${preloads.map(({ flag, module }) => ` by ${flag} ${module}`).join('')}${nodeOptions ? ` with ${nodeOptions}` : ''}`,
        ),
        starts,
      )
    })
  }
})

describe('the copies of a package', () => {
  it('are told by what they call themselves: an alias is one, another in a folder of that name is not', () => {
    const folder = makeProject({ agent: false })
    for (const [name, manifest] of [
      ['one', { name: '@fork/one', version: '9.0.0' }],
      ['one-old', { name: 'one', version: '1.0.0' }],
      ['@old/one', { name: 'one', version: '0.9.0' }],
    ] as const) {
      mkdirSync(join(folder, 'node_modules', name), { recursive: true })
      writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify(manifest))
    }

    const found = findInstalled(folder, ['one'])

    assert.deepEqual(found.map(({ name, version, direct }) => [name, version, direct]).sort(), [
      ['one', '0.9.0', true],
      ['one', '1.0.0', true],
    ])
  })

  it('are found in nested folders, in those above, and in the store of pnpm, each once', () => {
    const folder = makeProject({
      agent: false,
      packages: { one: '1.0.0', '@scope/two': '2.0.0', 'one/node_modules/two': '3.0.0' },
    })
    const store = 'node_modules/.pnpm/three@3.1.0/node_modules/three'
    mkdirSync(join(folder, store), { recursive: true })
    writeFileSync(join(folder, store, 'package.json'), '{ "name": "three", "version": "3.1.0" }')
    symlinkSync(join(folder, store), join(folder, 'node_modules/three'))
    mkdirSync(join(folder, 'packages/app/node_modules/one'), { recursive: true })
    writeFileSync(join(folder, 'packages/app/node_modules/one/package.json'), '{ "version": "1.5.0" }')

    const found = findInstalled(join(folder, 'packages/app'), ['one', '@scope/two', 'two', 'three', 'four'])

    assert.deepEqual(
      found.map(({ version, folder: at, direct }) => [relative(folder, at), version, direct]),
      [
        ['packages/app/node_modules/one', '1.5.0', true],
        ['node_modules/@scope/two', '2.0.0', true],
        [store, '3.1.0', true],
        ['node_modules/one/node_modules/two', '3.0.0', false],
      ],
    )
  })
})
