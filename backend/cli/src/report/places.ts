import path from 'node:path';
import type { CompiledGraph, SourceRange } from '@rehearse/engine';
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
  range: SourceRange;
}

const TOP: SourceRange = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** The assertions and contracts that did not hold in a run, or could not be told; those without weight are left out. */
export function findingsOf({ task, assertions, contracts }: RunReport): Finding[] {
  const { graph } = task.loaded;
  const ranges = rangesOf(graph);
  const own = task.assertions;
  const findings: Finding[] = [];
  for (const { id, type, verdict, severity, weight, reason, node } of assertions) {
    if (verdict === 'passed' || weight === 0) continue;
    const range =
      own.find((placed) => placed.id === id)?.range ?? ranges.get(id) ?? ranges.get(node ?? '') ?? TOP;
    findings.push({
      kind: 'assertion',
      rule: `assertion/${type}`,
      id,
      verdict,
      severity,
      message: reason,
      range,
    });
  }
  for (const { id, verdict, severity, message = '' } of contracts) {
    if (verdict === 'passed') continue;
    const range = graph.contracts.find((contract) => contract.id === id)?.range ?? TOP;
    findings.push({ kind: 'contract', rule: `contract/${id}`, id, verdict, severity, message, range });
  }
  return findings;
}

const known = new WeakMap<CompiledGraph, ReadonlyMap<string, SourceRange>>();

/** Of assertions by their id, of nodes by theirs. */
function rangesOf(graph: CompiledGraph): ReadonlyMap<string, SourceRange> {
  const found = known.get(graph);
  if (found) return found;
  const ranges = new Map<string, SourceRange>();
  for (const { id, range } of graph.assertions) ranges.set(id, range);
  for (const node of graph.nodes) {
    ranges.set(node.id, node.range);
    for (const { id, range } of node.assertions) ranges.set(id, range);
  }
  known.set(graph, ranges);
  return ranges;
}

/** The file as CI names it: from the root of the checkout, with slashes; from the working folder where there is none. */
export function sourcePath({ cwd, env }: Pick<Io, 'cwd' | 'env'>, file: string): string {
  const relative = path.relative(env['GITHUB_WORKSPACE'] || cwd, path.resolve(cwd, file));
  return relative.split(path.sep).join('/');
}
