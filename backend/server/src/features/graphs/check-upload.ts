import type { Diagnostic } from '@rehearse/contracts';
import { checkDocument, type CompiledGraph, type CompileOptions } from '@rehearse/engine';
import type { GraphFile } from './graph-files.js';

/** A graph that is here already, by what a graph calls it. */
export type KnownGraphs = ReadonlyMap<string, { source: string } & CompileOptions>;

export interface CheckedGraph {
  graph: CompiledGraph;
  diagnostics: Diagnostic[];
}

export interface CheckedUpload {
  graphs: CheckedGraph[];
  /** Of all documents; among several each names its own. */
  diagnostics: Diagnostic[];
  /** Whether one of them has errors. */
  hasErrors: boolean;
}

/** Checks the documents of an upload: graphs with what stands around them, and the personas and suites beside them. */
export function checkUpload(files: readonly GraphFile[], known: KnownGraphs): CheckedUpload {
  const isOnly = files.length === 1;
  const checked = files.map((file) => ({ file, result: checkOne(file, { known, isOnly }) }));
  const diagnostics = checked.flatMap(({ file, result }) =>
    located(result.diagnostics, isOnly ? null : file),
  );
  const graphs = checked.flatMap(({ file, result }) =>
    result.ok && result.kind === 'Graph'
      ? [{ graph: result.graph, diagnostics: located(result.diagnostics, isOnly ? null : file) }]
      : [],
  );
  return { graphs, diagnostics, hasErrors: checked.some(({ result }) => !result.ok) };
}

function checkOne(file: GraphFile, { known, isOnly }: { known: KnownGraphs; isOnly: boolean }) {
  const result = checkDocument(file.source, optionsFor(file, known));
  if (result.kind === 'GuardPolicy' && !isOnly)
    return {
      ...result,
      ok: true as const,
      kind: 'GuardPolicy' as const,
      diagnostics: result.diagnostics.map(asWarning),
    };
  if (result.ok && result.kind === 'Suite') return { ...result, diagnostics: [...result.diagnostics, SUITE] };
  return result;
}

const asWarning = (one: Diagnostic): Diagnostic => ({ ...one, severity: 'warning' });

const SUITE: Diagnostic = {
  ...{ code: 'graph/other-kind', severity: 'warning', path: 'kind' },
  ...{ line: 1, column: 1, endLine: 1, endColumn: 1 },
  message: 'a suite is checked and not kept: its graphs are stored as they are, without its settings',
  suggestion: 'run it with `rehearse run`',
};

/** What stands beside the document first, then what the tenant has. */
function optionsFor({ folder }: GraphFile, known: KnownGraphs): CompileOptions {
  const beside = folder?.options();
  return {
    ...beside,
    graphs(reference) {
      const found = beside?.graphs?.(reference);
      if (found?.ok) return found;
      const stored = known.get(reference);
      if (stored) return { ok: true, ...stored };
      return found ?? { ok: false, message: `there is no graph \`${reference}\` here` };
    },
  };
}

/** Among several files a finding names its own. */
const located = (diagnostics: readonly Diagnostic[], file: GraphFile | null): Diagnostic[] =>
  diagnostics.map((one) => (file ? { ...one, message: `${file.name}: ${one.message}` } : one));
