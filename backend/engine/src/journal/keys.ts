/** The grammar of keys: `node[/item[i]][/iter[i]]/turn[n][/tool#k]`, `n` and `i` from 1, `k` from 0. */
export const turnKey = (lane: string, turn: number): string => `${lane}/turn[${turn}]`;

export const toolKey = (lane: string, call: { turn: number; index: number }): string =>
  `${turnKey(lane, call.turn)}/tool#${call.index}`;

const TURN = /\/turn\[(\d+)\]/;

/** The turn that a key speaks of, or null. */
export function turnOf(key: string): number | null {
  const match = TURN.exec(key);
  return match ? Number(match[1]) : null;
}
