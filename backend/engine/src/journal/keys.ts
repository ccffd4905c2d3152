/**
 * The grammar of keys: `node[/item[i]][/iter[i]]/turn[n][/tool#k]`, `n` and `i` from 1, `k` from 0. A node inside of
 * another follows it: `each/item[2]/ask/turn[1]`, `sub/ask/turn[1]`.
 */
export const turnKey = (base: string, turn: number): string => `${base}/turn[${turn}]`;

export const toolKey = (base: string, call: { turn: number; index: number }): string =>
  `${turnKey(base, call.turn)}/tool#${call.index}`;

const TURN = /\/turn\[(\d+)\]/;

/** The turn that a key speaks of, or null. */
export function turnOf(key: string): number | null {
  const match = TURN.exec(key);
  return match ? Number(match[1]) : null;
}

/** A key without its turn and tool: the execution of a node that it belongs to. */
export function stepKeyOf(key: string): string {
  const at = key.indexOf('/turn[');
  return at < 0 ? key : key.slice(0, at);
}

/** A key, or the id of a check, as it stands in the file: without items and iterations. */
export const filePlaceOf = (key: string): string =>
  key.includes('[') ? key.replaceAll(/\/(?:item|iter)\[\d+\]/g, '') : key;

/** A node on the way of a key, and in which item or iteration of the node before it; 0 where there is none. */
export interface KeyStep {
  node: string;
  item: number;
  iteration: number;
}

const MARK = /^(item|iter)\[(\d+)\]$/;

/** The nodes that a key leads through, outermost first. */
export function keySteps(key: string): KeyStep[] {
  const steps: KeyStep[] = [];
  let place = { item: 0, iteration: 0 };
  for (const part of stepKeyOf(key).split('/')) {
    const mark = MARK.exec(part);
    if (mark) {
      place = { ...place, [mark[1] === 'item' ? 'item' : 'iteration']: Number(mark[2]) };
    } else {
      steps.push({ node: part, ...place });
      place = { item: 0, iteration: 0 };
    }
  }
  return steps;
}

/** The lane of a key: iterations of a loop follow each other in one. */
export const laneOf = (key: string): string => stepKeyOf(key).replaceAll(/\/iter\[\d+\]/g, '');

/** The lane that a lane lies in, or null: `each` of `each/item[2]/a`. */
export function laneAround(lane: string): string | null {
  const at = lane.lastIndexOf('/');
  return at < 0 ? null : lane.slice(0, at).replace(/\/item\[\d+\]$/, '');
}
