/** Where a function that rises from below 0 to above it crosses 0, by halving until no number lies between. */
export function crossing(
  rising: (x: number) => number,
  { low, high }: { low: number; high: number },
): number {
  let [below, above] = [low, high];
  for (;;) {
    const middle = below + (above - below) / 2;
    if (middle <= below || middle >= above) return middle;
    if (rising(middle) < 0) below = middle;
    else above = middle;
  }
}
