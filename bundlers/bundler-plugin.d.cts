/** The plugin: `plugins: [crossbridge()]`. What the agent instruments is patched inside of the bundle, if the agent runs. */
declare function crossbridge(): crossbridge.Plugin

declare namespace crossbridge {
  /** Of the plugins of Rollup, Rolldown and Vite, and of webpack and Rspack, as much as it has. */
  interface Plugin {
    name: string
    /** Vite asks it whether to take part in a run, webpack and Rspack hand over their compiler. */
    apply(compilerOrConfig: any, run?: any): any
    resolveId: { order: 'pre'; handler(this: any, source: string, importer: string | undefined, options: any): Promise<any> }
    load: { order: 'pre'; handler(this: any, id: string): any }
    transform: { order: 'pre'; handler(this: any, code: string, id: string): any }
  }
}

export = crossbridge
