import path from 'node:path';
import type { CompiledBody, CompiledGraph, SourceRange } from '@rehearse/engine';
import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import type { RunReport } from '../run/run-report.js';

/** A failed check and where it stands in the YAML. */
export interface Finding {
  kind: 'assertion' | 'contract';
  /** `assertion/contains`, `contract/verify-first`. */
  rule: string;
  id: string;
  verdict: 'failed' | 'errored';
  severity: 'critical' | 'major' | 'minor';
  message: string;
  /** Where its range is in. */
  file: string;
  range: SourceRange;
}

const TOP: SourceRange = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** The assertions and contracts that did not hold in a run, or could not be told; those without weight are left out. */
export function findingsOf({ task, assertions, contracts }: RunReport): Finding[] {
  const { graph } = task.loaded;
  const placed = (range: SourceRange) => placeOf(task.loaded, range);
  const ranges = rangesOf(graph);
  const own = task.of.assertions;
  const findings: Finding[] = [];
  for (const { id, type, verdict, severity, weight, reason, node } of assertions) {
    if (verdict === 'passed' || weight === 0) continue;
    const range =
      own.find((one) => one.id === id)?.range ?? lookUp(ranges, id) ?? lookUp(ranges, node) ?? TOP;
    findings.push({
      kind: 'assertion',
      rule: `assertion/${type}`,
      id,
      verdict,
      severity,
      message: reason,
      ...placed(range),
    });
  }
  for (const { id, verdict, severity, message = '', key } of contracts) {
    if (verdict === 'passed') continue;
    const range = graph.contracts.find((contract) => contract.id === id)?.range ?? lookUp(ranges, key) ?? TOP;
    findings.push({
      kind: 'contract',
      rule: `contract/${id}`,
      id,
      verdict,
      severity,
      message,
      ...placed(range),
    });
  }
  return findings;
}

/** What a suite gave a graph stands in the file of the suite, and all else in that of the graph. */
function placeOf({ file, suite }: LoadedGraph, range: SourceRange): Pick<Finding, 'file' | 'range'> {
  if (!suite || range === TOP) return { file, range };
  const origin = suite.originOf(range);
  if (!origin) return { file, range: TOP };
  return { file: origin.isInSuite ? suite.file : file, range: origin.range };
}

const known = new WeakMap<CompiledGraph, ReadonlyMap<string, SourceRange>>();

/** Of assertions by their id, of nodes by where they stand: `each/say.assert[0]`, `each/say`. */
function rangesOf(graph: CompiledGraph): ReadonlyMap<string, SourceRange> {
  const found = known.get(graph);
  if (found) return found;
  const ranges = new Map<string, SourceRange>();
  for (const { id, range } of graph.assertions) ranges.set(id, range);
  addRanges(ranges, graph, { prefix: '', within: null });
  known.set(graph, ranges);
  return ranges;
}

interface Around {
  prefix: string;
  /** What stands in another file is shown at the node that brings it in. */
  within: SourceRange | null;
}

function addRanges(ranges: Map<string, SourceRange>, body: CompiledBody, { prefix, within }: Around): void {
  for (const node of body.nodes) {
    const script = node.type === 'conversation' ? node.script.flatMap(({ assertions }) => assertions) : [];
    ranges.set(prefix + node.id, within ?? node.range);
    for (const { id, range } of [...node.assertions, ...script]) ranges.set(prefix + id, within ?? range);
    if (!('body' in node)) continue;
    const inside = node.type === 'graph' ? (within ?? node.range) : within;
    addRanges(ranges, node.body, { prefix: `${prefix}${node.id}/`, within: inside });
  }
}

/** Of an id or key: its own place, else that of the node around it. */
function lookUp(ranges: ReadonlyMap<string, SourceRange>, key: string | undefined): SourceRange | undefined {
  let at = key?.replaceAll(/\/(item|iter)\[\d+\]/g, '') ?? '';
  while (at !== '' && !ranges.has(at)) at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
  return ranges.get(at);
}

/** The file as CI names it: from the root of the checkout, with slashes; from the working folder where there is none. */
export function sourcePath({ cwd, env }: Pick<Io, 'cwd' | 'env'>, file: string): string {
  const relative = path.relative(env['GITHUB_WORKSPACE'] || cwd, path.resolve(cwd, file));
  return relative.split(path.sep).join('/');
}
