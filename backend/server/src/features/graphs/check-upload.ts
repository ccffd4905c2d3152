import type { Diagnostic, JsonObject } from '@rehearse/contracts';
import {
  checkDocument,
  type CheckedDocument,
  type CompiledGraph,
  type CompileOptions,
} from '@rehearse/engine';
import { checkSuite, type CheckedSuite } from './check-suite.js';
import type { GraphFile } from './graph-files.js';

/** What is here already, by what a graph calls it. */
export interface Known {
  graphs: ReadonlyMap<string, { source: string } & CompileOptions>;
  personas: ReadonlyMap<string, JsonObject>;
}

/** A persona with the file read that its system prompt names. */
export interface CheckedPersona {
  name: string;
  source: string;
  document: JsonObject;
}

export interface CheckedGraph {
  graph: CompiledGraph;
  diagnostics: Diagnostic[];
}

export interface CheckedUpload {
  graphs: CheckedGraph[];
  suites: CheckedSuite[];
  personas: CheckedPersona[];
  /** Of all documents; among several each names its own. */
  diagnostics: Diagnostic[];
  /** Whether one of them has errors. */
  hasErrors: boolean;
}

interface CheckedFile {
  file: GraphFile;
  result: CheckedDocument;
  suite: CheckedSuite | null;
}

/** Checks the documents of an upload: graphs with what stands around them, and the personas and suites beside them. */
export function checkUpload(files: readonly GraphFile[], known: Known): CheckedUpload {
  const isOnly = files.length === 1;
  const all = files.map((file) => checkOne(file, { known, isOnly }));
  const suites = all.flatMap(({ suite }) => (suite ? [suite] : []));
  const carried = new Set(suites.flatMap(({ graphs }) => graphs.map(({ source }) => source)));
  const checked = all.map((one) => (carried.has(one.file.source) ? lenient(one) : one));
  const findings = ({ file, result }: CheckedFile) => located(result.diagnostics, isOnly ? null : file);
  const graphs = checked.flatMap((one) =>
    one.result.ok && one.result.kind === 'Graph'
      ? [{ graph: one.result.graph, diagnostics: findings(one) }]
      : [],
  );
  const personas = checked.flatMap(personaOf);
  const diagnostics = checked.flatMap(findings);
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  return { graphs, suites, personas, diagnostics, hasErrors };
}

const personaOf = ({ file, result }: CheckedFile): CheckedPersona[] =>
  result.ok && result.kind === 'Persona'
    ? [{ name: result.name, source: file.source, document: result.persona }]
    : [];

/** A graph that a suite makes whole has no errors that matter: it is kept as the suite has it. */
const lenient = (one: CheckedFile): CheckedFile =>
  one.result.ok
    ? one
    : { ...one, result: { ...one.result, diagnostics: one.result.diagnostics.map(asWarning) } };

function checkOne(file: GraphFile, { known, isOnly }: { known: Known; isOnly: boolean }): CheckedFile {
  const options = optionsFor(file, known);
  const result = checkDocument(file.source, options);
  if (result.kind === 'GuardPolicy' && !isOnly)
    return { file, result: { ...result, diagnostics: result.diagnostics.map(asWarning) }, suite: null };
  if (!result.ok || result.kind !== 'Suite') return { file, result, suite: null };
  const suite = checkSuite(result.suite, { source: file.source, options });
  const diagnostics = [...result.diagnostics, ...suite.diagnostics];
  return { file, result: { ...result, diagnostics }, suite };
}

const asWarning = (one: Diagnostic): Diagnostic => ({ ...one, severity: 'warning' });

/** What stands beside the document first, then what the tenant has. */
function optionsFor({ folder }: GraphFile, known: Known): CompileOptions {
  const beside = folder?.options();
  return {
    ...beside,
    graphs(reference) {
      const found = beside?.graphs?.(reference);
      if (found?.ok || found?.isAmbiguous) return found;
      const stored = known.graphs.get(reference);
      if (stored) return { ok: true, ...stored };
      return found ?? { ok: false, message: `there is no graph \`${reference}\` here` };
    },
    personas(name) {
      const persona = known.personas.get(name);
      return beside?.personas?.(name) ?? (persona && { ok: true, persona });
    },
  };
}

/** Among several files a finding names its own. */
const located = (diagnostics: readonly Diagnostic[], file: GraphFile | null): Diagnostic[] =>
  diagnostics.map((one) => (file ? { ...one, message: `${file.name}: ${one.message}` } : one));
