/** Preloaded with `--import` or `--require`; it exports nothing. See `@crossbridge/agent/api` for hand-marked scopes. */
export {}
