import { Agent, get } from 'node:http'
import { UsageError } from '../command.ts'
import { startService } from './service.ts'
import { openStandIns } from './stand-ins.ts'

export const seconds = 3
/** A machine that is very busy takes longer: the causes are looked for in so many requests at least. */
const leastRequests = 20
const atOnce = 3
const questions = [
  'bake bread',
  'boil rice',
  'season soup',
  'keep salad fresh',
  'cook beans',
  'fry fish',
  'make pancakes',
  'prepare pasta',
]

/** Runs the service in a folder with the agent, and asks it questions for some seconds. */
export async function runLive(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const standIns = await openStandIns()
  try {
    const service = await startService(folder, { ...env, ...standIns.env }, Object.keys(standIns.env), signal)
    try {
      await Promise.race([ask(service.port, signal), service.failed])
    } finally {
      // Where it has ended by itself, it says why.
      await service.end()
    }
  } finally {
    standIns.close()
  }
}

/** By an agent of its own, which no proxy of the environment applies to. */
async function ask(port: number, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  const end = Date.now() + seconds * 1000
  let asked = 0
  const worker = async () => {
    while (Date.now() < end || asked < leastRequests) {
      const question = questions[asked++ % questions.length] ?? ''
      await answered(`http://127.0.0.1:${port}/search?q=${encodeURIComponent(question)}`, agent, signal)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, worker))
  } finally {
    agent.destroy()
  }
}

function answered(url: string, agent: Agent, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const request = get(url, { agent, signal }, (response) => {
      response.resume().on('error', failed)
      response.on('end', () =>
        response.statusCode === 200
          ? done()
          : failed(new UsageError(`the demo's service answered ${response.statusCode}; please report it`)),
      )
    })
    request.on('error', failed)
  })
}
