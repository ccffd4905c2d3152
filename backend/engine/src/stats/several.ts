/**
 * The p of several tests, each made so much greater that the chance of even one false alarm stays below the level: the
 * step-down of S. Holm (1979), max over j <= i of (m - j + 1) p_(j), at most 1. In the given order.
 */
export const holm = (ps: readonly number[]): number[] =>
  stepped(ps, { from: 'least', factor: (rank, m) => m - rank + 1 });

/**
 * The same for lists that are only explored: the share of false alarms among the alarms stays below the level. The step-up
 * of Y. Benjamini and Y. Hochberg (1995), min over j >= i of (m / j) p_(j). In the given order.
 */
export const benjaminiHochberg = (ps: readonly number[]): number[] =>
  stepped(ps, { from: 'greatest', factor: (rank, m) => m / rank });

interface Steps {
  from: 'least' | 'greatest';
  factor: (rank: number, m: number) => number;
}

function stepped(ps: readonly number[], { from, factor }: Steps): number[] {
  const m = ps.length;
  const order = ps.map((_, i) => i).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = Array.from({ length: m }, () => 0);
  let last = from === 'least' ? 0 : 1;
  for (let i = 0; i < m; i++) {
    const rank = from === 'least' ? i + 1 : m - i;
    const at = order[rank - 1]!;
    const p = Math.min(1, factor(rank, m) * ps[at]!);
    last = from === 'least' ? Math.max(last, p) : Math.min(last, p);
    adjusted[at] = last;
  }
  return adjusted;
}
