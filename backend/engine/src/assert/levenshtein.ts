/** Two texts of five thousand characters each; about a tenth of a second. */
const MAX_CELLS = 25_000_000;

/**
 * The least number of inserted, deleted and replaced characters that turn one text into the other (Levenshtein, 1966).
 * Only the diagonal band that a distance within reach can touch is computed, so long texts are fine while the
 * distance is small: beyond what can be computed the answer is Infinity. Undefined when not even `atLeast` is in reach.
 */
export function levenshtein(
  left: string,
  right: string,
  { atLeast }: { atLeast: number },
): number | undefined {
  const [short, long] = trimmed(Array.from(left), Array.from(right));
  if (short.length === 0) return long.length;
  const reach = Math.floor(MAX_CELLS / (2 * long.length));
  const wanted = Math.min(atLeast, long.length);
  if (wanted > reach) return undefined;
  return withinBand(short, long, Math.min(reach, long.length));
}

/** Without what both begin and end with; the shorter first. */
function trimmed(left: readonly string[], right: readonly string[]): [readonly string[], readonly string[]] {
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start++;
  let end = 0;
  while (end < most - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const [one, other] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  return one.length <= other.length ? [one, other] : [other, one];
}

function withinBand(short: readonly string[], long: readonly string[], band: number): number {
  if (long.length - short.length > band) return Infinity;
  let last = short.map((_, index) => index);
  last.push(short.length);
  for (let row = 1; row <= long.length; row++) {
    const from = Math.max(1, row - band);
    const to = Math.min(short.length, row + band);
    const current: number[] = new Array<number>(short.length + 1).fill(Infinity);
    if (row <= band) current[0] = row;
    for (let column = from; column <= to; column++) {
      const replaced = last[column - 1]! + (short[column - 1] === long[row - 1] ? 0 : 1);
      current[column] = Math.min(replaced, last[column]! + 1, current[column - 1]! + 1);
    }
    last = current;
  }
  return last[short.length]! > band ? Infinity : last[short.length]!;
}
