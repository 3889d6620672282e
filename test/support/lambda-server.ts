import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What Lambda is to a runtime: it hands out invocations, takes answers, and stops the process between them. */
export interface LambdaServer {
  /** Answers of invocations, by their order; an error's has `errorMessage`. */
  readonly answers: unknown[]
  /** What the runtime wrote. */
  readonly said: () => string
  /** Until the runtime asks for an invocation: the process is frozen then. */
  asked(): Promise<void>
  /** Thaws it, with an event. */
  invoke(event: unknown, leftMs?: number): void
  /** Removes the environment, as Lambda does with one that is frozen. */
  remove(): Promise<void>
}

/** Runs the command as a runtime, against a runtime API on loopback. */
export async function lambdaServer(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<LambdaServer> {
  const answers: unknown[] = []
  let waiting: ServerResponse | undefined
  let whenAsked: (() => void) | undefined
  let ids = 0
  const server = createServer((request, response) => {
    if (request.url === '/2018-06-01/runtime/invocation/next') {
      waiting = response
      child.kill('SIGSTOP')
      whenAsked?.()
      return
    }
    let body = ''
    request.setEncoding('utf8').on('data', (text) => (body += text))
    request.on('end', () => {
      answers.push(JSON.parse(body))
      response.writeHead(202).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...inherited } = process.env
  const api = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd,
    env: { ...inherited, ...variables, AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: cwd, ...env },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text))
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))

  return {
    answers,
    said: () => said,
    async asked() {
      const ended = closed.then(() => {
        throw new Error(`the runtime has ended: ${said}`)
      })
      const asked = new Promise<void>((resolve) => {
        if (waiting !== undefined) resolve()
        whenAsked = resolve
      })
      await Promise.race([asked, ended])
    },
    invoke(event, leftMs = 60_000) {
      child.kill('SIGCONT')
      waiting
        ?.writeHead(200, {
          'lambda-runtime-aws-request-id': `${++ids}`,
          'lambda-runtime-deadline-ms': `${Date.now() + leftMs}`,
          'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:1:function:search',
          'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700',
          'content-type': 'application/json',
        })
        .end(JSON.stringify(event))
      waiting = undefined
    },
    async remove() {
      child.kill('SIGKILL')
      await closed
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const variables = {
  _HANDLER: 'app.handler',
  AWS_LAMBDA_FUNCTION_NAME: 'search',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/search',
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/12/01/[$LATEST]0',
}
