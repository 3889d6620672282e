/** Stands for `debug` in the bundles: that one loads `tty` and touches `process.stderr`, which changes its mode. */
module.exports = () => () => {}
