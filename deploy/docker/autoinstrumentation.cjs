// What --require loads from the image, by the name that the OpenTelemetry operator gives it. An image does not know the
// Node that it is mounted into: one before 20.19 or 22.12 can't require register.mjs, and would not start.
try {
  require('./node_modules/@crossbridge/agent/register.mjs')
} catch (error) {
  // Worker threads load it too; one line is enough.
  // biome-ignore lint/style/useNodejsImportProtocol: an old Node does not know the name with it
  if (require('worker_threads').isMainThread)
    process.stderr.write(
      `crossbridge: the agent can't be loaded in Node ${process.versions.node} (${error.code || error.message}), the application runs without it; it needs ^20.19 or >=22.12\n`,
    )
}
