/** `1 run`, `2 runs` */
export const count = (n: number, noun: string): string => `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;

/** `1,234`. Not by Intl, which takes longer to load than a small graph to run. */
export const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** `12 ms`, `1.3 s`, `2 min 5 s` */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Small amounts keep the digits that matter: `$0.0004`. */
export const dollars = (usd: number): string => `$${usd === 0 || usd >= 1 ? usd.toFixed(2) : usd.toFixed(4)}`;

/** What runs cost, where the cost of some of them is not known. */
export function cost(usd: number, unpriced: number): string {
  if (unpriced === 0) return dollars(usd);
  return usd === 0 ? UNKNOWN_PRICE : `${dollars(usd)} + ${UNKNOWN_PRICE} of ${count(unpriced, 'run')}`;
}

export const UNKNOWN_PRICE = 'unknown price';

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
