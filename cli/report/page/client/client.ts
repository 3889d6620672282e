import { startFlame } from './flame.ts'
import { startScopes } from './scopes.ts'
import { startSteps } from './steps.ts'
import { startTable } from './table.ts'

startScopes()
startTable()
startSteps()
startFlame()

// A link into a request that is folded up unfolds it; what is printed is unfolded.
const requests = [...document.querySelectorAll<HTMLDetailsElement>('details.request')]
const unfold = () => {
  const request = requests.find(({ id }) => `#${id}` === location.hash)
  if (request === undefined) return
  request.open = true
  request.scrollIntoView()
  request.querySelector('summary')?.focus({ preventScroll: true })
}
addEventListener('hashchange', unfold)
unfold()
addEventListener('beforeprint', () => {
  for (const request of requests) request.open = true
})
