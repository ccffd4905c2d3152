import type { Json } from '@rehearse/contracts';
import { assertionsIn } from '../execute/prepare.js';
import type { CompiledGraph, PlacedAssertion } from '../graph/model.js';
import { filePlaceOf } from '../journal/keys.js';

/** What the graph asks for by an assertion, and where it says so. */
export interface Expectation {
  value: Json;
  line: number;
}

/** Settings that say nothing of what is expected. */
const ASIDE: ReadonlySet<string> = new Set(['type', 'metric', 'weight', 'severity', 'description']);

/** Finds assertions of a graph by the ids that results have, in whichever item or iteration they were evaluated. */
export function expectations(
  graph: CompiledGraph,
  caseId: string | null,
): (id: string) => Expectation | null {
  const ofCase = caseId === null ? [] : (graph.cases.find(caseId)?.assertions ?? []);
  const placed = new Map([...assertionsIn(graph), ...ofCase].map((one) => [one.id, one]));
  return (id) => {
    const place = filePlaceOf(id);
    const found = placed.get(place) ?? placed.get(place.slice(place.lastIndexOf('/') + 1));
    return found ? { value: valueOf(found), line: found.range.line } : null;
  };
}

function valueOf({ assertion: { spec } }: PlacedAssertion): Json {
  if (!spec) return null;
  const settings = Object.entries(spec as Record<string, Json>).filter(([name]) => !ASIDE.has(name));
  const [first] = settings;
  return settings.length === 1 && first?.[0] === 'value' ? first[1] : Object.fromEntries(settings);
}
