import type { Diagnostic, SuiteDocument } from '@rehearse/contracts';
import { compileGraph, compileInSuite, type CompiledGraph, type CompileOptions } from '@rehearse/engine';

/** A graph of a suite. */
export interface SuiteMember {
  /** As it stands in its file. */
  source: string;
  /** With the settings of the suite in it. */
  graph: CompiledGraph;
  /** Without them; null where it can only run with them. */
  own: { graph: CompiledGraph; diagnostics: Diagnostic[] } | null;
}

/** A suite with its graphs, in its order, as far as they can run. */
export interface CheckedSuite {
  document: SuiteDocument;
  source: string;
  graphs: SuiteMember[];
  /** Of its graphs; each message names the graph. */
  diagnostics: Diagnostic[];
}

/** Compiles the graphs of a suite with its settings. That they are there is known. */
export function checkSuite(
  document: SuiteDocument,
  { source, options }: { source: string; options: CompileOptions },
): CheckedSuite {
  const suite: CheckedSuite = { document, source, graphs: [], diagnostics: [] };
  for (const reference of document.graphs) {
    const found = options.graphs?.(reference);
    if (!found?.ok) continue;
    const { ok: _, source: text, ...around } = found;
    const made = compileInSuite(text, { suite: document, text: source, reference }, around);
    if (made.ok) {
      const own = compileGraph(text, around);
      suite.graphs.push({ source: text, graph: made.graph, own: own.ok ? own : null });
    } else suite.diagnostics.push(...located(made, reference));
  }
  return suite;
}

const located = (
  { diagnostics, isOwnFault }: { diagnostics: readonly Diagnostic[]; isOwnFault: boolean },
  reference: string,
): Diagnostic[] =>
  diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((one) => ({
      ...one,
      message: `${reference}${isOwnFault ? '' : ' with the settings of the suite'}: ${one.message}`,
    }));
