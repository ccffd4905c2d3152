import type { AssertionSpec, EventData, Json, JsonObject, JournalTarget } from '@rehearse/contracts';
import type {
  CompiledBody,
  CompiledCase,
  CompiledGraph,
  CompiledNode,
  PlacedAssertion,
} from '../graph/model.js';
import { graphsWithin, type NodeContract, placesOfRules, recoveryKey } from '../contract/index.js';
import { inKeyOrder } from '../journal/key-order.js';
import { filePlaceOf, keySteps, laneAround } from '../journal/keys.js';
import type { LaneNeeds } from '../journal/lanes.js';
import { hasBeside } from './causal-past.js';
import type { ForcedFault } from './chaos.js';
import type { TurnOfRoute } from './route-order.js';

/** All that stays the same while a run goes on. */
export interface Plan {
  graph: CompiledGraph;
  vars: JsonObject;
  seed: number;
  chaos: string | null;
  caseId: string | null;
  repeat: number;
  live: boolean;
  offline: boolean;
  caseAssertions: readonly PlacedAssertion[];
  /** Nothing is checked and nobody is asked: only what the nodes do is of interest. */
  withoutChecks?: true;
  /** Faults that a replay puts on single calls, beside those of a profile. */
  faults?: readonly ForcedFault[];
  /** Calls in the journal so far that this run has never sent: what it goes on behind is another one's. */
  unsent?: ReadonlySet<string>;
  /** The run ends where its recording did, and not where its contracts would end it. */
  endsAsRecorded?: true;
  /** What agents remember from the start. */
  memory: JsonObject;
  /** What a follow-up is compared with. */
  follows: NonNullable<EventData<'run.started'>['follows']> | null;
  /** What models cost, by their names, where a budget asks for it. */
  prices?: EventData<'run.started'>['prices'];
  /** What the operator has in place of the defaults of the format. */
  defaults?: EventData<'run.started'>['defaults'];
  /** Null when a target can be called, else why it is passed over. */
  unavailable(target: JournalTarget, place: { key: string; attempt: number }): string | null;
  rank: TurnOfRoute['rank'];
  /** The place in the file of every assertion and contract, by the key of its event. */
  positions: ReadonlyMap<string, number>;
}

export type PlanRequest = Omit<Plan, 'positions'>;

export const makePlan = (request: PlanRequest): Plan => ({
  ...request,
  vars: inKeyOrder(request.vars),
  memory: inKeyOrder(request.memory),
  positions: positionsOf(request.graph, request.caseAssertions),
});

/** Positions by graph: only the assertions of a case differ from run to run. */
const graphPositions = new WeakMap<CompiledGraph, ReadonlyMap<string, number>>();

function positionsOf(graph: CompiledGraph, caseAssertions: readonly PlacedAssertion[]) {
  if (caseAssertions.length > 0)
    return numbered([...graphKeys(graph), ...caseAssertions.map(({ id }) => id), ...lastKeys(graph)]);
  const known = graphPositions.get(graph) ?? numbered([...graphKeys(graph), ...lastKeys(graph)]);
  graphPositions.set(graph, known);
  return known;
}

/** Behind all that a file says, so that nothing of it moves: a place is part of a digest. */
const lastKeys = (graph: CompiledGraph): string[] => [
  OUTPUT_KEY,
  ...[...graph.chaos.values()].flatMap((rules) => rules.map(({ id }) => recoveryKey(id))),
  ...graph.metamorphic.map(({ id }) => relationKey(id)),
  ...graphsWithin(graph).flatMap(placesOfRules),
];

const numbered = (keys: readonly string[]) => new Map(keys.map((key, position) => [key, position]));

function graphKeys(graph: CompiledGraph): string[] {
  return [
    ...bodyKeys(graph, ''),
    ...[...graph.tools.keys()].map(returnsKey),
    ...graph.contracts.map(({ id }) => contractKey(id)),
    ...graph.assertions.map(({ id }) => id),
  ];
}

function bodyKeys({ nodes }: CompiledBody, prefix: string): string[] {
  return nodes.flatMap((node) => {
    const place = prefix + node.id;
    return [
      ...node.requires.map((_, i) => requiresKey(place, i)),
      ...node.ensures.map((_, i) => ensuresKey(place, i)),
      ...builtInOf(node).map((id) => builtInKey(id, place)),
      ...('body' in node ? bodyKeys(node.body, `${place}/`) : []),
      ...(node.type === 'graph' ? graphChecks(node.body, place) : []),
      ...(node.type === 'conversation' ? node.script.flatMap(({ assertions }) => assertions) : [])
        .concat(node.assertions)
        .map(({ id }) => prefix + id),
    ];
  });
}

const graphChecks = (graph: CompiledGraph, place: string): string[] => [
  ...graph.assertions.map(({ id }) => `${place}/${id}`),
  `${place}/${OUTPUT_KEY}`,
];

/** The place in the file of a check, by the key of its event. */
export const positionOf = ({ positions }: Plan, key: string): number => positions.get(filePlaceOf(key)) ?? 0;

const builtInOf = ({ type }: CompiledNode): NodeContract[] =>
  type === 'loop' ? ['max-iterations'] : ['output', 'max-turns'];

/** The result that says why a graph's `output` could not be evaluated. */
export const OUTPUT_KEY = 'output';
export const relationKey = (id: string): string => `metamorphic:${id}`;
export const contractKey = (id: string): string => `contract/${id}`;
export const builtInKey = (id: NodeContract, node: string): string => `contract/${id}/${node}`;
export const ensuresKey = (node: string, index: number): string => `contract/${node}.ensures[${index}]`;
export const requiresKey = (node: string, index: number): string => `contract/${node}.requires[${index}]`;
export const returnsKey = (tool: string): string => `contract/tools.${tool}.returns`;

/** `run` and `case` in expressions. */
export const runBindings = (plan: Plan): { run: Json; case: Json } => ({
  run: { seed: plan.seed, chaos: plan.chaos },
  case: { id: plan.caseId },
});

const needs = new WeakMap<CompiledGraph, LaneNeeds>();

/** The edges of a graph as lanes: a lane starts from the heads of those that its node needs, else from the one around it. */
export function laneNeedsOf(graph: CompiledGraph): LaneNeeds {
  const known = needs.get(graph) ?? laneNeedsIn(graph);
  needs.set(graph, known);
  return known;
}

function laneNeedsIn(graph: CompiledGraph): LaneNeeds {
  const known = new Map<string, readonly string[]>();
  const needed = (lane: string) => {
    const found = known.get(lane) ?? laneNeeds(graph, lane);
    known.set(lane, found);
    return found;
  };
  return Object.assign(needed, { hasBeside: (lane: string) => hasBeside(graph, lane) });
}

function laneNeeds(graph: CompiledGraph, lane: string): string[] {
  const around = laneAround(lane);
  const node = nodeAt(graph, lane);
  if (node && node.needs.length > 0) {
    const prefix = lane.slice(0, lane.lastIndexOf('/') + 1);
    return node.needs.map((need) => prefix + need);
  }
  return around === null ? [] : [around];
}

/** The innermost graph that a key leads into: the one whose mocks and tools are meant there. */
export function graphAt(graph: CompiledGraph, key: string): CompiledGraph {
  if (!key.includes('/')) return graph;
  let body: CompiledBody | undefined = graph;
  let inner = graph;
  for (const step of keySteps(key)) {
    const node: CompiledNode | undefined = body?.nodeById.get(step.node);
    if (node?.type === 'graph') inner = node.body;
    body = node && 'body' in node ? node.body : undefined;
  }
  return inner;
}

/** The node that a key or lane speaks of. */
export function nodeAt(graph: CompiledGraph, key: string): CompiledNode | undefined {
  let body: CompiledBody | undefined = graph;
  let node: CompiledNode | undefined;
  for (const step of keySteps(key)) {
    node = body?.nodeById.get(step.node);
    body = node && 'body' in node ? node.body : undefined;
  }
  return node;
}

/** The types of the nodes of a graph, for the folds of its journals. */
export const nodeTypesOf = (graph: CompiledGraph) => ({ typeOf: (key: string) => nodeAt(graph, key)?.type });

/** The assertions that the graph's own case adds to a run of it. */
export const caseAssertions = (
  graph: CompiledGraph,
  caseId: string | null | undefined,
): readonly PlacedAssertion[] => caseOf(graph, caseId)?.assertions ?? [];

/** The case of a graph that a run is of; a follow-up is of the case of the run that it follows. */
export function caseOf(
  { cases }: CompiledGraph,
  caseId: string | null | undefined,
): CompiledCase | undefined {
  if (caseId == null) return undefined;
  const source = sourceCaseOf(caseId);
  return cases.find(caseId) ?? (source === null ? undefined : cases.find(source));
}

/** The case that a follow-up belongs to, by its case id; null for a graph without cases. */
export const sourceCaseOf = (caseId: string): string | null =>
  caseId.slice(0, Math.max(0, caseId.lastIndexOf('~'))) || null;

/** What is asserted of the run as a whole; relations are judged behind it, in their follow-ups. */
export const runAssertions = ({ graph, caseAssertions: ofCase }: Plan): readonly PlacedAssertion[] =>
  [...graph.assertions, ...ofCase].filter(({ assertion }) => assertion.spec?.type !== 'metamorphic');

/** How a relation counts, where an assertion says so. */
export const assertionOf = (
  { graph, caseAssertions: ofCase }: Plan,
  relation: string,
): AssertionSpec | undefined =>
  [...ofCase, ...graph.assertions].find(
    ({ assertion: { spec } }) => spec?.type === 'metamorphic' && spec.value === relation,
  )?.assertion.spec;
