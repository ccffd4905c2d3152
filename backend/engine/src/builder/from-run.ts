import {
  API_VERSION,
  type AssertionEntry,
  type GenerateAnswer,
  type GraphDocument,
  type Json,
  type JsonObject,
  type MockRule,
  type Node,
  type Tool,
} from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/index.js';
import { generated } from './generated.js';
import {
  modelRules,
  type RecordedRun,
  toolCallsOf,
  toolRules,
  type RecordedCall,
} from './recorded-answers.js';
import { recordedDocument } from './recorded-document.js';

const SCRIPT = 'recorded';

/**
 * The graph of a run: it answers as was recorded, by node and turn, and asserts the tool calls that were made. Of a
 * conversation that was imported, an agent that holds it. Runs the same without a key and without a network.
 */
export function graphFromRun({
  graph,
  ...run
}: RecordedRun & { graph: RecordedGraph | null }): GenerateAnswer {
  const base = graph ? withTexts(graph) : recordedDocument(run);
  const calls = toolCallsOf(run.events);
  const rules = modelRules(run.events);
  const { matrix: _, repeat: __, ...kept } = base;
  return generated({
    ...kept,
    ...{ apiVersion: API_VERSION, kind: 'Graph', name: nameOf(base.name) },
    ...(rules.length > 0 && replayed(base, rules)),
    ...(base.tools && { tools: answered(base.tools, calls) }),
    nodes: mapped(base.nodes, (node, id) =>
      asserted(
        node,
        calls.filter((call) => call.node === id),
      ),
    ),
    cases: [{ id: caseId(run.caseId), vars: run.vars, seed: run.seed }],
  });
}

/** What was run, and the files that it read. */
export type RecordedGraph = Pick<CompiledGraph, 'document' | 'enclosures'>;

/** The document with the texts of its prompts in it, so that it needs no file. */
function withTexts({ document, enclosures: { files = {} } }: RecordedGraph): GraphDocument {
  const visit = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const text =
      typeof value['file'] === 'string' && Object.keys(value).length === 1 ? files[value['file']] : undefined;
    return text ?? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, visit(member)]));
  };
  return {
    ...document,
    nodes: visit(document.nodes as unknown as JsonObject) as unknown as GraphDocument['nodes'],
  };
}

const nameOf = (name: string): string => `${name.replace(/-recorded$/, '').slice(0, 54)}-recorded`;

/** Ids of imported recordings may hold what an id of a case may not. */
const caseId = (id: string | null): string =>
  (id ?? 'recorded')
    .replace(/[^A-Za-z0-9_.:-]+/g, '-')
    .replace(/^[.:-]+/, '')
    .slice(0, 128) || 'recorded';

const mapped = <T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, key: string) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));

/** Every route asks the recording. */
const replayed = ({ providers }: GraphDocument, rules: MockRule[]) => ({
  providers: mapped(providers ?? {}, ({ params, timeout }) => ({
    targets: [{ provider: 'mock' as const, script: SCRIPT }],
    ...(params && { params }),
    ...(timeout !== undefined && { timeout }),
  })),
  mocks: { [SCRIPT]: rules },
});

const answered = (tools: Record<string, Tool>, calls: readonly RecordedCall[]): Record<string, Tool> =>
  mapped(tools, (tool, name) => {
    const rules = toolRules(calls.filter((call) => call.tool === name));
    return rules.length > 0 ? { ...tool, mock: rules } : tool;
  });

/** A node that chooses its calls is held to them: which tools in which order, and with which arguments. */
function asserted(node: Node, calls: readonly RecordedCall[]): Node {
  if (node.type !== 'agent' || calls.length === 0) return node;
  const sequence = { mode: 'exact', steps: calls.map(({ tool }) => tool) };
  const made: AssertionEntry[] = [{ type: 'trajectory:tool-sequence', value: sequence }];
  const seen = new Set<string>();
  for (const { tool, args, escapedArgs } of calls) {
    const identity = JSON.stringify([tool, args]);
    if (typeof args === 'string' || Object.keys(args).length === 0 || seen.has(identity)) continue;
    seen.add(identity);
    made.push({
      type: 'trajectory:tool-args-match',
      value: { name: tool, args: escapedArgs, mode: 'exact' },
    });
  }
  return { ...node, assert: [...(node.assert ?? []), ...made] };
}
