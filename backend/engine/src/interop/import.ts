import type { TrajectoryFormat } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { digestOf } from '../journal/canonical.js';
import { RECORDED_NODE } from '../journal/digest.js';
import { journalOf, type ImportedRun } from './journal.js';
import { parseOpenAi } from './openai.js';
import type { ImportProblem, Parsed } from './recording.js';
import { parseTauBench } from './tau-bench.js';

export interface ImportRequest {
  format: TrajectoryFormat;
  text: string;
  /** What the recordings are called, as in the name of their file; default: of the format. */
  name?: string;
  /** Lends its contracts and assertions. */
  graph?: CompiledGraph;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now: number;
}

export type ImportResult =
  | {
      ok: true;
      /** `imported-…` */
      graphName: string;
      /** The YAML that stands for the recordings; its node type cannot be uploaded. */
      graphSource: string;
      /** SHA-256 of the canonical JSON of that document. */
      graphDigest: string;
      runs: ImportedRun[];
    }
  | { ok: false; problems: ImportProblem[] };

const PARSERS: Readonly<Record<TrajectoryFormat, (text: string) => Parsed>> = {
  'tau-bench': parseTauBench,
  openai: parseOpenAi,
};

/** Turns recorded conversations into journals, one a conversation. Never throws; answers all that is wrong with the file. */
export function importTrajectories({ format, text, name, graph, now }: ImportRequest): ImportResult {
  const parsed = PARSERS[format](text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (!parsed.ok) return parsed;
  const graphName = graphNameOf(name ?? format);
  const runs = parsed.recordings.map((recording) => journalOf(recording, { name: graphName, graph, now }));
  return { ok: true, graphName, ...graphOf(graphName), runs };
}

const PREFIX = 'imported-';
const MAX_NAME = 63;

/** A slug of the name, without a file's folder and ending. */
function graphNameOf(name: string): string {
  const file = name
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.(json|jsonl|ndjson)$/i, '');
  const slug = file
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^imported-/, '')
    .slice(0, MAX_NAME - PREFIX.length)
    .replace(/^-+|-+$/g, '');
  return PREFIX + (slug || 'trajectories');
}

function graphOf(name: string): { graphSource: string; graphDigest: string } {
  const graphSource = `apiVersion: rehearse/v1\nkind: Graph\nname: ${name}\nnodes:\n  ${RECORDED_NODE}:\n    type: ${RECORDED_NODE}\n`;
  const nodes = { [RECORDED_NODE]: { type: RECORDED_NODE } };
  return { graphSource, graphDigest: digestOf({ apiVersion: 'rehearse/v1', kind: 'Graph', name, nodes }) };
}
