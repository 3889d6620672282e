/** The plugin: `plugins: [crossbridge()]`. What the agent instruments is patched inside of the bundle, if the agent runs. */
declare function crossbridge(): crossbridge.Plugin

declare namespace crossbridge {
  /** Of Rollup's, Rolldown's and Vite's plugins as much as it has. */
  interface Plugin {
    name: string
    /** Vite's: its server for development loads packages by Node. */
    apply: 'build'
    resolveId: { order: 'pre'; handler(this: any, source: string, importer: string | undefined, options: any): Promise<any> }
    load: { order: 'pre'; handler(this: any, id: string): any }
    transform: { order: 'pre'; handler(this: any, code: string, id: string): any }
  }
}

export = crossbridge
