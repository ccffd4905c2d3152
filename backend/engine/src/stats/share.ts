/** How many of how many. */
export interface Share {
  successes: number;
  n: number;
}

/** Throws a RangeError unless `0 <= successes <= n`, both whole. */
export function checkShare({ successes, n }: Share): void {
  if (!Number.isInteger(successes) || !Number.isInteger(n) || successes < 0 || successes > n)
    throw new RangeError(`${successes} successes of ${n}`);
}

/** Throws a RangeError unless it is a number between 0 and 1, both apart. */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`a level of ${level}`);
}
