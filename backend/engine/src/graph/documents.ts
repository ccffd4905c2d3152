import {
  type GraphDocument,
  PersonaDocument,
  SuiteDocument,
  type Diagnostic,
  DOCUMENT_KINDS,
  type InlinePersona,
} from '@rehearse/contracts';
import type { z } from 'zod';
import { compileGraph } from './compile.js';
import type { CompileOptions } from './compile-options.js';
import { Findings } from './findings.js';
import { Folder } from './folder.js';
import { LocatedDocument } from './located.js';
import { entryOf } from './matrix.js';
import type { CompiledGraph } from './model.js';
import { FILE_REMEDIES } from './semantics/file.js';
import { checkShape, type SoundDocument } from './shape/check.js';
import { Lines } from './yaml/lines.js';
import { readYaml } from './yaml/read.js';
import type { YamlNode } from './yaml/tree.js';

type Kind = (typeof DOCUMENT_KINDS)[number];
type Checked<T> =
  { ok: true; document: T; diagnostics: Diagnostic[] } | { ok: false; diagnostics: Diagnostic[] };

/** A document of whatever kind, checked. */
export type CheckedDocument = { diagnostics: Diagnostic[] } & (
  | { ok: true; kind: 'Graph'; name: string; graph: CompiledGraph }
  | { ok: true; kind: 'Persona'; name: string; persona: InlinePersona & { name: string } }
  | { ok: true; kind: 'Suite'; name: string; suite: SuiteDocument }
  | { ok: false; kind: Kind | null }
);

/** Checks a document by its `kind`; one without a kind is checked as a graph. */
export function checkDocument(source: string, options: CompileOptions = {}): CheckedDocument {
  const { kind } = headOf(source);
  if (kind === 'Persona') {
    const checked = compilePersona(source, options);
    if (!checked.ok) return { ...checked, kind };
    const { document: persona, diagnostics } = checked;
    return { ok: true, kind, name: persona.name, persona, diagnostics };
  }
  if (kind === 'Suite') {
    const checked = compileSuite(source, options);
    if (!checked.ok) return { ...checked, kind };
    const { document: suite, diagnostics } = checked;
    return { ok: true, kind, name: suite.name, suite, diagnostics };
  }
  const compiled = compileGraph(source, options);
  if (!compiled.ok) return { ...compiled, kind };
  const { graph, diagnostics } = compiled;
  return { ok: true, kind: 'Graph', name: graph.name, graph, diagnostics };
}

/** What a document says it is; null where it says nothing that there is. */
export function headOf(source: string): { kind: Kind | null; name: string | null } {
  const root = readYaml(new Findings(new Lines(source.replace(/^\uFEFF/, ''))));
  const kind = root && textOf(root, 'kind');
  return { kind: DOCUMENT_KINDS.find((known) => known === kind) ?? null, name: root && textOf(root, 'name') };
}

function textOf(root: YamlNode, key: string): string | null {
  const node = entryOf(root, key);
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
}

/** A persona with the text of the file that its `system` names. */
export function compilePersona(
  source: string,
  options: CompileOptions = {},
): Checked<InlinePersona & { name: string }> {
  return checked(source, PersonaDocument, ({ document, located }, findings) => {
    const { apiVersion: _, kind: __, system, ...character } = document as PersonaDocument;
    if (typeof system !== 'object') return { ...character, ...(system !== undefined && { system }) };
    const answer = new Folder(options).file(system.file);
    if (answer.ok) return { ...character, system: answer.text };
    const { path, start, end } = located.place(system, 'file');
    const { code, message } = answer;
    findings.add({ code, message, path, start, end, suggestion: FILE_REMEDIES[code] });
    return null;
  });
}

/** A suite, whose graphs must be there. What its settings come to is known with each graph that they are given to. */
export const compileSuite = (source: string, options: CompileOptions = {}): Checked<SuiteDocument> =>
  checked(source, SuiteDocument, ({ document, located }, findings) => {
    const { graphs } = document as SuiteDocument;
    for (const [index, reference] of graphs.entries()) {
      const found = new Folder(options).graph(reference);
      if (found.ok) continue;
      const { path, start, end } = located.place(graphs, index);
      const { message, isAmbiguous } = found;
      const [code, suggestion] = isAmbiguous
        ? ['graph/ambiguous-name', 'give the path of the one that is meant']
        : [
            'graph/unknown-graph',
            'give the path of a graph from the folder of the suite, or the name of one in it',
          ];
      findings.add({ code, message, path, start, end, suggestion });
    }
    return document as SuiteDocument;
  });

function checked<T, D>(
  source: string,
  schema: z.ZodType<T>,
  read: (sound: SoundDocument<T>, findings: Findings) => D | null,
): Checked<D> {
  const findings = new Findings(new Lines(source.replace(/^\uFEFF/, '')));
  const root = readYaml(findings);
  const sound = root && checkShape(root, { findings, schema });
  const document = sound && !findings.hasErrors ? read(sound, findings) : null;
  const diagnostics = findings.all();
  return findings.hasErrors || document === null
    ? { ok: false, diagnostics }
    : { ok: true, document, diagnostics };
}

/**
 * The other graphs that a document names: a graph in its `graph` nodes, wherever they stand in it, a suite in its list.
 * Nothing when it cannot be read.
 */
export function graphReferences(source: string): string[] {
  const root = readYaml(new Findings(new Lines(source.replace(/^\uFEFF/, ''))));
  const nodes = root && entryOf(root, 'nodes');
  const listed = root && textOf(root, 'kind') === 'Suite' ? entryOf(root, 'graphs') : undefined;
  return [...new Set([...(nodes ? referencesIn(nodes) : []), ...(listed ? listedIn(listed) : [])])];
}

function listedIn(graphs: YamlNode): string[] {
  const parsed = new LocatedDocument(graphs).root;
  return Array.isArray(parsed) ? parsed.filter((one) => typeof one === 'string') : [];
}

function referencesIn(nodes: YamlNode): string[] {
  const parsed = new LocatedDocument(nodes).root;
  if (typeof parsed !== 'object' || parsed === null) return [];
  return Object.values(parsed).flatMap((node) => inNode(node as GraphDocument['nodes'][string]));
}

function inNode(node: GraphDocument['nodes'][string] | null): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (node.type === 'graph') return typeof node.graph === 'string' ? [node.graph] : [];
  const body = 'nodes' in node ? node.nodes : undefined;
  if (typeof body !== 'object' || body === null) return [];
  return Object.values(body).flatMap((inner) => inNode(inner as GraphDocument['nodes'][string]));
}
