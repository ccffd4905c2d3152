import { GraphDocument, type Diagnostic, type Matrix } from '@rehearse/contracts';
import type { CompileOptions } from './compile-options.js';
import { Digests, Reading } from './digests.js';
import { Findings } from './findings.js';
import { Folder, optionsOf } from './folder.js';
import { whyNoGraph } from './kinds.js';
import { cellsOf, entryOf, withMatrix } from './matrix.js';
import type { CompiledCases, CompiledGraph, CompileResult, GraphVariant } from './model.js';
import { compileAssertions, compileUnusedTemplates } from './semantics/assertions.js';
import { compileBody } from './semantics/bodies.js';
import { compileCases } from './semantics/cases.js';
import { compileChaos } from './semantics/chaos.js';
import { Compilation, type DeclaredNames } from './semantics/compilation.js';
import { compileContracts } from './semantics/contracts.js';
import { compileRelations } from './semantics/metamorphic.js';
import { compileMocks, compileRoutes, seatsOf } from './semantics/routes.js';
import { expressionAt } from './semantics/text.js';
import { compileTools } from './semantics/tools.js';
import { warnUnused } from './semantics/unused.js';
import { checkShape } from './shape/check.js';
import { Lines } from './yaml/lines.js';
import { readYaml } from './yaml/read.js';
import { resolved, type YamlNode } from './yaml/tree.js';

/**
 * Compiles the YAML of a graph. Never throws; answers everything that is wrong with the document at once, in the order
 * of its lines, warnings included. A byte order mark counts in `sourceDigest` and in no column.
 */
export function compileGraph(source: string, options: CompileOptions = {}): CompileResult {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const findings = new Findings(new Lines(text));
  const root = readYaml(findings);
  const folder = new Folder(options);
  const reading = new Reading(folder, options.within);
  const parts = root && compileDocument(root, { findings, options: reading.options });
  const around = { findings, folder, within: options.within };
  const variants =
    parts && !findings.hasErrors ? compileVariants(root, { ...around, cases: parts.cases }) : [];
  const diagnostics = findings.all();
  if (findings.hasErrors || !parts) return { ok: false, diagnostics };
  const digests = new Digests();
  const enclosures = folder.enclosures();
  const common = { source, enclosures, sourceDigest: digests.source(source, enclosures) };
  const graph = { ...parts, ...common, digest: digests.document(parts.document, enclosures) };
  return {
    ok: true,
    graph: { ...graph, variants: variants.map((one) => variantOf(one, { base: graph, digests })) },
    diagnostics,
  };
}

type Variants = { ok: true; variants: readonly GraphVariant[] } | { ok: false; diagnostics: Diagnostic[] };

/** The graphs that another matrix makes of a compiled one. A finding in a value of the matrix has no place of its own. */
export function variantsOf(graph: CompiledGraph, matrix: Matrix): Variants {
  const text = graph.source.replace(/^\uFEFF/, '');
  const findings = new Findings(new Lines(text));
  const root = readYaml(findings);
  const folder = new Folder(optionsOf(graph.enclosures));
  const drafts = root
    ? compileVariants(withMatrix(root, matrix), { findings, folder, within: undefined, cases: graph.cases })
    : [];
  if (findings.hasErrors) return { ok: false, diagnostics: findings.all() };
  const around = { base: graph, digests: new Digests() };
  return { ok: true, variants: drafts.map((one) => variantOf(one, around)) };
}

interface VariantDraft {
  values: GraphVariant['values'];
  parts: Parts;
  reading: Reading;
}

function compileVariants(
  root: YamlNode,
  around: { findings: Findings; folder: Folder; within: CompileOptions['within']; cases: CompiledCases },
): VariantDraft[] {
  const { findings, folder, within, cases } = around;
  return cellsOf(root, findings).flatMap((cell) => {
    const reading = new Reading(folder, within);
    const parts = compileDocument(cell.root, { findings, options: reading.options, cases });
    // The rows of a data set are the same in every cell, and are part of each.
    for (const path of cases.files) reading.options.files!(path);
    return parts ? [{ values: cell.values, parts, reading }] : [];
  });
}

type Common = Pick<CompiledGraph, 'source' | 'enclosures' | 'sourceDigest'>;

function variantOf(
  { values, parts, reading }: VariantDraft,
  { base, digests }: { base: Common & Pick<CompiledGraph, 'digest'>; digests: Digests },
): GraphVariant {
  const { source, enclosures, sourceDigest } = base;
  const digest = digests.document(parts.document, reading.of(enclosures));
  return {
    values,
    graph: { ...parts, ...{ source, enclosures, sourceDigest, digest }, base: base.digest, variants: [] },
  };
}

type Parts = Omit<CompiledGraph, keyof Common | 'digest' | 'base' | 'variants'>;

interface Around {
  findings: Findings;
  options: CompileOptions;
  /** Of the graph that this one is a variant of. */
  cases?: CompiledCases;
}

/** All parts of the graph; those that are wrong are missing in it, and reported. */
function compileDocument(root: YamlNode, { findings, options, cases: shared }: Around): Parts | null {
  if (isOtherKind(root, findings)) return null;
  const sound = checkShape(root, { findings, schema: GraphDocument });
  if (!sound) return null;
  const c = new Compilation({ sound, names: declaredNames(root), findings, options });
  const around = { routes: compileRoutes(c), tools: compileTools(c), graph: compileGraph };
  const mocks = compileMocks(c);
  const { document } = c;
  const { nodes, nodeById, leaves } = compileBody(c, document, around);
  const output =
    document.output === undefined ? undefined : expressionAt(c, [document, 'output'], { scope: 'node' });
  const inputs = c.schema(document, 'inputs');
  const contracts = compileContracts(c);
  const assertions = compileAssertions(c, document.assert, 'assert');
  const cases = shared ?? compileCases(c, inputs);
  const chaos = compileChaos(c, nodes);
  const metamorphic = compileRelations(c, inputs);
  compileUnusedTemplates(c);
  // While something is wrong, what looks unused may only be misspelt elsewhere; a cell of a matrix leaves out what others use.
  if (!findings.hasErrors && !shared) warnUnused(c);
  return {
    ...{
      name: document.name ?? '',
      document: document as GraphDocument,
      nodes,
      mocks,
      contracts,
      chaos,
      metamorphic,
      assertions,
      cases,
    },
    ...{ nodeById, leaves },
    tools: around.tools,
    seats: seatsOf(around.routes),
    ...(output && { output }),
    ...(inputs && { inputs }),
    budget: document.budget ?? {},
    virtualTime: document.virtualTime ?? false,
  };
}

/** Reports, and is true for, a document that is no graph. */
function isOtherKind(root: YamlNode, findings: Findings): boolean {
  const kind = entryOf(root, 'kind');
  const why = kind?.kind === 'scalar' ? whyNoGraph(kind.value) : undefined;
  if (!kind || !why) return false;
  findings.add({ ...why, path: 'kind', start: kind.start, end: kind.end });
  return true;
}

function declaredNames(root: YamlNode): DeclaredNames {
  const keysOf = (section: string): ReadonlySet<string> => {
    const node = entryOf(root, section);
    const mapping = node && resolved(node);
    return new Set(mapping?.kind === 'mapping' ? mapping.entries.map(({ key }) => key) : []);
  };
  return {
    nodes: keysOf('nodes'),
    tools: keysOf('tools'),
    providers: keysOf('providers'),
    mocks: keysOf('mocks'),
  };
}
