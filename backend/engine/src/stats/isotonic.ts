/** A value, and how much it counts. */
interface Weighted {
  value: number;
  weight: number;
}

/**
 * The values that never fall and lie nearest to the given ones by weighted squares: neighbours that fall are pooled into
 * their mean until none do (M. Ayer and others, Annals of Mathematical Statistics 26, 1955).
 */
export function isotonic(values: readonly Weighted[]): number[] {
  const blocks: { value: number; weight: number; length: number }[] = [];
  for (const { value, weight } of values) {
    let block = { value, weight, length: 1 };
    for (let last = blocks.at(-1); last && last.value > block.value; last = blocks.at(-1)) {
      const weight = last.weight + block.weight;
      const pooled =
        weight === 0 ? last.value : (last.value * last.weight + block.value * block.weight) / weight;
      block = { value: pooled, weight, length: last.length + block.length };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ value, length }) => Array.from({ length }, () => value));
}
