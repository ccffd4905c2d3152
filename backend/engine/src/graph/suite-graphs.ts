import type { Diagnostic, SuiteDocument, SuiteSettings } from '@rehearse/contracts';
import { compileGraph } from './compile.js';
import type { CompileOptions } from './compile-options.js';
import type { CompiledGraph, SourceRange } from './model.js';
import { originsInSuite, type SuiteOrigin } from './suite-origins.js';
import { placedInSuite } from './suite-places.js';
import { withSettings } from './suite.js';

/** What a suite gives each of its graphs, without what it is itself. */
export function settingsOfSuite(suite: SuiteDocument): SuiteSettings {
  const { apiVersion: _, kind: __, name: ___, description: ____, graphs: _____, ...settings } = suite;
  return settings;
}

export type SuiteGraph =
  | {
      ok: true;
      graph: CompiledGraph;
      diagnostics: Diagnostic[];
      /** Where what the graph's ranges tell was written; null for what nobody wrote. */
      originOf: (range: SourceRange) => SuiteOrigin | null;
    }
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
  if (compiled.ok)
    return { ...compiled, originOf: originsInSuite({ suite: suiteText, graph: source, joined: text }) };
  const own = ownFaults(source, { options, joined: compiled.diagnostics });
  if (own) return { ok: false, isOwnFault: true, source, diagnostics: own };
  const index = suite.graphs.indexOf(reference);
  const diagnostics = placedInSuite(compiled.diagnostics, { suite: suiteText, graph: source, index });
  return { ok: false, isOwnFault: false, source: suiteText, diagnostics };
}

/** What is wrong with the graph itself, at its own lines, without what the suite makes good; null for nothing. */
function ownFaults(
  source: string,
  { options, joined }: { options: CompileOptions; joined: readonly Diagnostic[] },
): Diagnostic[] | null {
  const own = compileGraph(source, options);
  const left = new Set(joined.map(idOf));
  const diagnostics = own.diagnostics.filter((one) => left.has(idOf(one)));
  return diagnostics.some(({ severity }) => severity === 'error') ? diagnostics : null;
}

const idOf = ({ code, path }: Diagnostic): string => `${code} ${path}`;
