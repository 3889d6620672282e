const steps = 4000
/** Standard deviations beyond which nothing lies that counts here. */
const widest = 10

/**
 * Student's t within which `share` of the outcomes lie, half of the rest on either side. Degrees of freedom are at the least
 * 1, and need not be whole. With t = √degrees · tan θ the density is cos θ to the power of degrees - 1, so that sums of it
 * up to θ and up to the end are all that it takes.
 */
export function studentsT(share: number, degrees: number): number {
  const power = degrees - 1
  const width = Math.min(Math.PI / 2, widest / Math.sqrt(power)) / steps
  const density = (i: number) => Math.cos((i + 0.5) * width) ** power
  let whole = 0
  for (let i = 0; i < steps; i++) whole += density(i)
  let sum = 0
  let i = 0
  for (; i < steps - 1 && sum + density(i) < share * whole; i++) sum += density(i)
  const within = (share * whole - sum) / density(i)
  return Math.sqrt(degrees) * Math.tan((i + within) * width)
}
