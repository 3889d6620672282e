export { default as satisfies } from 'semver/functions/satisfies.js'
export { default as gtr } from 'semver/ranges/gtr.js'
export { default as validRange } from 'semver/ranges/valid.js'
