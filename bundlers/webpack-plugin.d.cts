/** The plugin: `plugins: [crossbridge()]`. What the agent instruments is patched inside of the bundle, if the agent runs. */
declare function crossbridge(): crossbridge.Plugin

declare namespace crossbridge {
  /** Of webpack's and Rspack's plugins as much as it has. */
  interface Plugin {
    apply(compiler: any): void
  }
}

export = crossbridge
