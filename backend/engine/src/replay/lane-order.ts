import type { JournalEvent } from '@rehearse/contracts';
import { relationsOf } from '../execute/relations.js';
import type { CompiledBody, CompiledGraph } from '../graph/model.js';
import { RUN_LANE, VERDICT_LANE } from '../journal/digest.js';
import { keySteps } from '../journal/keys.js';

/** The lanes of some events in causal order, those of a node's body before the node; strays of another graph last. */
export function lanesOf(graph: CompiledGraph, events: readonly JournalEvent[]): string[] {
  const lanes = [...new Set(events.map(({ lane }) => lane))].filter(
    (lane) => lane !== RUN_LANE && lane !== VERDICT_LANE,
  );
  const places = new Map(lanes.map((lane) => [lane, placeOf(graph, lane)]));
  return lanes.toSorted((a, b) => compare(places.get(a)!, places.get(b)!));
}

const LAST = Number.MAX_SAFE_INTEGER;

/** By level: the item, then the rank of the node. What is shorter stands behind what is in it. */
function placeOf(graph: CompiledGraph, lane: string): number[] {
  let body: CompiledBody | undefined = graph;
  const place: number[] = [];
  for (const { node, item } of keySteps(lane)) {
    const known: CompiledBody['nodes'][number] | undefined = body?.nodeById.get(node);
    place.push(item, known && body ? relationsOf(body).causalOrder.indexOf(known.index) : LAST);
    body = known && 'body' in known ? known.body : undefined;
  }
  return [...place, LAST];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? LAST) - (b[i] ?? LAST);
    if (difference !== 0) return difference;
  }
  return 0;
}
