/** The plugin: `plugins: [crossbridge()]`. What the agent instruments is patched inside of the bundle, if the agent runs. */
declare function crossbridge(): crossbridge.Plugin

declare namespace crossbridge {
  /** Of esbuild's `Plugin` as much as it has. */
  interface Plugin {
    name: string
    setup(build: any): void
  }
}

export = crossbridge
