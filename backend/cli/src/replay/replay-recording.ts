import { isDeepStrictEqual } from 'node:util';
import type { CassetteHeader, Divergence, Json } from '@rehearse/contracts';
import {
  compileGraph,
  ENGINE_VERSION,
  optionsOf,
  RECORDED_NODE,
  replayRecording as verifyRecording,
  replayStrict,
  RUN_LANE,
  withValues,
  type CompiledGraph,
  type CompileResult,
  type Recording,
  type StrictReplay,
} from '@rehearse/engine';
import { CliError } from '../cli-error.js';

/** What can be replayed of a recording: nothing, a conversation without a graph, or a run of a graph. */
export type Look =
  | { kind: 'broken'; replay: StrictReplay }
  | { kind: 'imported' }
  /** `graph` is the one that is given, with the values of the matrix; else the one that was recorded. */
  | { kind: 'run'; graph: CompiledGraph; recordedGraph: CompiledGraph | undefined };

export function lookInto(recording: Recording, given?: CompiledGraph): Look {
  const { header } = recording;
  const broken = brokenHeader(recording);
  if (broken) return { kind: 'broken', replay: notReplayed(recording, broken) };
  if (isImported(recording)) return { kind: 'imported' };
  const lent = given && lentTo(recording, given);
  const recordedGraph = lent?.digest === header.graph.digest ? lent : carriedGraph(recording);
  if (recordedGraph && recordedGraph.digest !== header.graph.digest) {
    const replay = notReplayed(recording, {
      message: 'the header names another graph than the one it carries',
      expected: { graphDigest: header.graph.digest },
      actual: { graphDigest: recordedGraph.digest },
    });
    return { kind: 'broken', replay };
  }
  const graph = lent ?? recordedGraph;
  if (!graph) throw noGraph(recording);
  return { kind: 'run', graph, recordedGraph };
}

/** The graph that is given, with the values that a matrix gave the run. */
function lentTo({ header }: Recording, given: CompiledGraph): CompiledGraph {
  const lent = withValues(given, header.matrix ?? null);
  if (lent) return lent;
  const paths = Object.keys(header.matrix ?? {}).join(', ');
  throw new CliError({
    code: 'cassette/other-matrix',
    message: `the run has values for ${paths}, which do not fit ${given.name} as it is given`,
    hint: 'Give a version of the graph that has these places, or choose other runs with --run.',
  });
}

/**
 * Replays a recording strictly: on the graph that is given, else on the one that it carries. A recorded conversation
 * has none that could be executed: its chains and digests are verified.
 */
export async function replayRecording(recording: Recording, given?: CompiledGraph): Promise<StrictReplay> {
  const { header, events } = recording;
  const found = lookInto(recording, given);
  if (found.kind === 'broken') return found.replay;
  if (found.kind === 'imported') return verifyRecording({ events, graphDigest: header.graph.digest });
  const { graph, recordedGraph } = found;
  return replayStrict({ graph, events, ...(recordedGraph && { recordedGraph }) });
}

export const isImported = ({ events }: Recording): boolean =>
  events.some((event) => event.type === 'node.started' && event.data.type === RECORDED_NODE);

function carriedGraph({ header }: Recording): CompiledGraph | undefined {
  if (header.graph.source === undefined) return undefined;
  const compiled = compiledOnce(header.graph, header.graph.source);
  if (compiled.ok) return withValues(compiled.graph, header.matrix ?? null) ?? compiled.graph;
  const [first] = compiled.diagnostics;
  throw new CliError({
    code: 'cassette/bad-graph',
    message: `the graph ${header.graph.name} in the cassette does not compile: ${first?.message ?? 'it has errors'}`,
    hint: 'Give the graph with --graph, or record anew with `rehearse run --cassette … --mode record`.',
  });
}

type Carried = CassetteHeader['graph'];

/** The runs of a cassette carry one graph, mostly, and its data sets may be long. */
let last: { of: Carried; compiled: CompileResult } | undefined;

function compiledOnce(of: Carried, source: string): CompileResult {
  if (!last || !isSameGraph(last.of, of)) last = { of, compiled: compileGraph(source, optionsOf(of)) };
  return last.compiled;
}

const PARTS = ['name', 'base', 'source', 'files', 'graphs', 'personas'] as const;

/** What a file tells once is one object in all headers. */
const isSameGraph = (a: Carried, b: Carried): boolean =>
  PARTS.every((part) => a[part] === b[part] || isDeepStrictEqual(a[part], b[part]));

const noGraph = ({ header }: Recording): CliError =>
  new CliError({
    code: 'cassette/no-graph',
    message: `the cassette does not carry the graph ${header.graph.name}`,
    hint: 'Give it with --graph where the command takes one, or record anew with `rehearse run --cassette … --mode record`.',
  });

interface Broken {
  message: string;
  expected: Json;
  actual: Json;
}

/** The header repeats what the journal says; when they disagree one of them was changed. */
function brokenHeader({ header, events }: Recording): Broken | null {
  const [first] = events;
  if (first?.type !== 'run.started') {
    const expected = { type: 'run.started' };
    const actual = first ? { type: first.type } : null;
    return { message: 'the recording does not begin with run.started', expected, actual };
  }
  const { runId, caseId, repeat, seed } = header;
  const said = { caseId, repeat, runId, seed };
  const { data } = first;
  const held = { caseId: data.caseId, repeat: data.repeat, runId: first.runId, seed: data.seed };
  if (JSON.stringify(said) === JSON.stringify(held)) return null;
  return { message: 'the header and the journal are not of the same run', expected: said, actual: held };
}

function notReplayed({ header, events }: Recording, broken: Broken): StrictReplay {
  const end = events.findLast((event) => event.type === 'run.finished');
  const graph = { expected: header.graph.digest, actual: header.graph.digest };
  const divergence: Divergence = {
    ...{ seq: events[0]?.seq ?? null, key: RUN_LANE, lane: RUN_LANE, kind: 'chain_broken', ...broken },
    ...{ inputDiff: [], firstSeenAt: null, before: [] },
    versions: { graph, engine: ENGINE_VERSION, prompt: { expected: null, actual: null } },
  };
  const digests = { digest: end?.data.digest ?? '', verdictDigest: end?.data.verdictDigest ?? '' };
  return { identical: false, reexecuted: false, ...digests, divergence, events: [] };
}
