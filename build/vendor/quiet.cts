/** In place of `debug`, which loads the tty, network and os modules (3 ms) only to stay silent. */
export = () => () => {}
