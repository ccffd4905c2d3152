const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);
/** Where the series stops being exact to the last digits, and the fraction begins to be. */
const FAR = 3;

/** The chance that a normal variable lies above z. */
export function normalAbove(z: number): number {
  if (z < 0) return 1 - normalAbove(-z);
  const density = Math.exp((-z * z) / 2) / SQRT_TWO_PI;
  return z < FAR ? 0.5 - density * series(z) : density / fraction(z);
}

/** z + z³/3 + z⁵/(3·5) + … (G. Marsaglia, Journal of Statistical Software 11, 2004). */
function series(z: number): number {
  let [sum, term] = [z, z];
  for (let i = 3; term > sum * Number.EPSILON; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/(z + …))), Laplace's continued fraction. */
function fraction(z: number): number {
  let value = z;
  for (let i = 100; i > 0; i--) value = z + i / value;
  return value;
}
