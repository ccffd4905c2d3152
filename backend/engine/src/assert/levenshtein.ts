/** Two texts of five thousand characters each; about a tenth of a second. */
const MAX_CELLS = 25_000_000;

/**
 * The least number of inserted, deleted and replaced characters that turn one text into the other (Levenshtein, 1966).
 * Only the diagonal band that a distance within reach can touch is computed (Ukkonen, 1985), so long texts are fine
 * while the distance is small: beyond what can be computed the answer is Infinity. Undefined when not even `atLeast`
 * is in reach.
 */
export function levenshtein(
  left: string,
  right: string,
  { atLeast }: { atLeast: number },
): number | undefined {
  const [shorter, longer] = trimmed(codePoints(left), codePoints(right));
  const reach = Math.floor(MAX_CELLS / (2 * Math.max(1, longer.length)));
  if (Math.min(atLeast, longer.length) > reach) return undefined;
  return withinBand(shorter, longer, Math.min(reach, longer.length));
}

/** The characters of a text: one beyond the first plane is one, and not the two halves that it is stored as. */
export function codePoints(text: string): Uint32Array {
  const points = new Uint32Array(text.length);
  let count = 0;
  for (const character of text) points[count++] = character.codePointAt(0)!;
  return points.subarray(0, count);
}

/** Without what both begin and end with; the shorter first. */
function trimmed(left: Uint32Array, right: Uint32Array): [Uint32Array, Uint32Array] {
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start++;
  let end = 0;
  while (end < most - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const one = left.subarray(start, left.length - end);
  const other = right.subarray(start, right.length - end);
  return one.length <= other.length ? [one, other] : [other, one];
}

const FAR = 2 ** 30;

/** Beside the band everything counts as far away; just its two borders are ever read. */
function withinBand(short: Uint32Array, long: Uint32Array, band: number): number {
  if (long.length - short.length > band) return Infinity;
  let last = Int32Array.from({ length: short.length + 2 }, (_, column) => (column <= band ? column : FAR));
  let current = new Int32Array(short.length + 2);
  for (let row = 1; row <= long.length; row++) {
    const from = Math.max(1, row - band);
    const to = Math.min(short.length, row + band);
    const letter = long[row - 1];
    current[from - 1] = from === 1 && row <= band ? row : FAR;
    let nearest = current[from - 1]!;
    for (let column = from; column <= to; column++) {
      let distance = last[column - 1]! + (short[column - 1] === letter ? 0 : 1);
      const removed = last[column]! + 1;
      if (removed < distance) distance = removed;
      const added = current[column - 1]! + 1;
      if (added < distance) distance = added;
      current[column] = distance;
      if (distance < nearest) nearest = distance;
    }
    current[to + 1] = FAR;
    if (nearest > band) return Infinity;
    [last, current] = [current, last];
  }
  return last[short.length]! > band ? Infinity : last[short.length]!;
}
