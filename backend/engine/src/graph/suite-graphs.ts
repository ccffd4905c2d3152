import type { Diagnostic, SuiteDocument, SuiteSettings } from '@rehearse/contracts';
import { compileGraph } from './compile.js';
import type { CompileOptions } from './compile-options.js';
import type { CompiledGraph } from './model.js';
import { placedInSuite } from './suite-places.js';
import { withSettings } from './suite.js';

/** What a suite gives each of its graphs, without what it is itself. */
export function settingsOfSuite(suite: SuiteDocument): SuiteSettings {
  const { apiVersion: _, kind: __, name: ___, description: ____, graphs: _____, ...settings } = suite;
  return settings;
}

export type SuiteGraph =
  | { ok: true; graph: CompiledGraph; diagnostics: Diagnostic[] }
  /** Findings in the text of the graph itself, or else in that of the suite. */
  | { ok: false; isOwnFault: boolean; source: string; diagnostics: Diagnostic[] };

/** A suite with its text, and the name by which it has a graph. */
interface Membership {
  suite: SuiteDocument;
  text: string;
  reference: string;
}

/** Compiles a graph with the settings of a suite in its text. */
export function compileInSuite(
  source: string,
  { suite, text: suiteText, reference }: Membership,
  options: CompileOptions = {},
): SuiteGraph {
  const text = withSettings(source, settingsOfSuite(suite));
  const compiled = compileGraph(text, options);
  if (compiled.ok) return compiled;
  // What is wrong with the graph itself is told at its own lines.
  const own = text === source ? compiled : compileGraph(source, options);
  if (!own.ok) return { ok: false, isOwnFault: true, source, diagnostics: own.diagnostics };
  const index = suite.graphs.indexOf(reference);
  const diagnostics = placedInSuite(compiled.diagnostics, { suite: suiteText, graph: source, index });
  return { ok: false, isOwnFault: false, source: suiteText, diagnostics };
}
