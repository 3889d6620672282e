const steps = 4000
/** From here on it is the normal distribution's, to four digits of any interval here. */
const mostDegrees = 2000

/**
 * Student's t within which `share` of the outcomes lie, half of the rest on either side. Degrees of freedom are at the least
 * 1, and need not be whole. With t = √degrees · tan θ the density is cos θ to the power of degrees - 1, so that sums of it
 * up to θ and up to π/2 are all that it takes.
 */
export function studentsT(share: number, degrees: number): number {
  const power = Math.min(degrees, mostDegrees) - 1
  const width = Math.PI / 2 / steps
  const density = (i: number) => Math.cos((i + 0.5) * width) ** power
  let whole = 0
  for (let i = 0; i < steps; i++) whole += density(i)
  let sum = 0
  let i = 0
  for (; i < steps - 1 && sum + density(i) < share * whole; i++) sum += density(i)
  const within = (share * whole - sum) / density(i)
  return Math.sqrt(power + 1) * Math.tan((i + within) * width)
}
