import { DOCUMENT_KINDS, LIMITS, type GraphDocument } from '@rehearse/contracts';
import { digestOf, sha256Hex } from '../journal/canonical.js';
import { Findings } from './findings.js';
import type { CompiledGraph, CompiledNode, CompileResult } from './model.js';
import { compileAssertions } from './semantics/assertions.js';
import { compileCases } from './semantics/cases.js';
import { compileChaos } from './semantics/chaos.js';
import { Compilation, type DeclaredNames } from './semantics/compilation.js';
import { compileContracts } from './semantics/contracts.js';
import { checkCycles, type Edges } from './semantics/edges.js';
import { compileNode, type NodeResult } from './semantics/nodes.js';
import { compileRelations } from './semantics/metamorphic.js';
import { compileMocks, compileRoutes } from './semantics/routes.js';
import { expressionAt } from './semantics/text.js';
import { compileTools } from './semantics/tools.js';
import { postponeSections, warnUnused } from './semantics/unused.js';
import { checkShape } from './shape/check.js';
import { Lines } from './yaml/lines.js';
import { parseYaml } from './yaml/parse.js';
import { resolved, type YamlNode } from './yaml/tree.js';

/**
 * Compiles the YAML of a graph. Never throws; answers everything that is wrong with the document at once, in the order
 * of its lines, warnings included. A byte order mark counts in `sourceDigest` and in no column.
 */
export function compileGraph(source: string): CompileResult {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const findings = new Findings(new Lines(text));
  const root = readYaml(text, findings);
  const parts = root && compileDocument(root, findings);
  const diagnostics = findings.all();
  if (findings.hasErrors || !parts) return { ok: false, diagnostics };
  const digests = { source, sourceDigest: sha256Hex(source), digest: digestOf(parts.document) };
  return { ok: true, graph: { ...parts, ...digests }, diagnostics };
}

function readYaml(text: string, findings: Findings): YamlNode | null {
  const { root, problems } = parseYaml(text);
  for (const { first, ...problem } of problems) {
    const line = first === undefined ? undefined : findings.lines.range(first, first).line;
    const message = line === undefined ? problem.message : `${problem.message}, first on line ${line}`;
    findings.add({ ...problem, message });
  }
  return root;
}

type Parts = Omit<CompiledGraph, 'source' | 'sourceDigest' | 'digest'>;

/** All parts of the graph; those that are wrong are missing in it, and reported. */
function compileDocument(root: YamlNode, findings: Findings): Parts | null {
  if (isOtherKind(root, findings)) return null;
  const sound = checkShape(root, findings);
  if (!sound) return null;
  const c = new Compilation(sound, declaredNames(root), findings);
  const around = { routes: compileRoutes(c), tools: compileTools(c) };
  const mocks = compileMocks(c);
  const nodes = compileNodes(c, around);
  const { document } = c;
  const output =
    document.output === undefined ? undefined : expressionAt(c, [document, 'output'], { scope: 'node' });
  const inputs = c.schema(document, 'inputs');
  const contracts = compileContracts(c);
  const assertions = compileAssertions(c, document.assert, 'assert');
  const cases = compileCases(c, inputs);
  const chaos = compileChaos(c, nodes);
  const metamorphic = compileRelations(c);
  postponeSections(c);
  // While something is wrong, what looks unused may only be misspelt elsewhere.
  if (!findings.hasErrors) warnUnused(c);
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
    nodeById: new Map(nodes.map((node) => [node.id, node])),
    leaves: leavesOf(nodes),
    tools: around.tools,
    ...(output && { output }),
    ...(inputs && { inputs }),
    budget: document.budget ?? {},
    virtualTime: document.virtualTime ?? false,
  };
}

/** Reports, and is true for, a document of a kind that the format has and that is no graph. */
function isOtherKind(root: YamlNode, findings: Findings): boolean {
  const kind = resolved(root).kind === 'mapping' ? entryOf(root, 'kind') : undefined;
  const value = kind?.kind === 'scalar' ? kind.value : undefined;
  const isOther = value !== 'Graph' && DOCUMENT_KINDS.some((known) => known === value);
  if (!isOther) return false;
  const message = `documents of kind ${value} do not run yet`;
  const { start, end } = kind!;
  findings.add({
    code: 'graph/not-yet-supported',
    message,
    path: 'kind',
    start,
    end,
    suggestion: 'use `kind: Graph`',
  });
  return true;
}

function entryOf(node: YamlNode, key: string): YamlNode | undefined {
  const mapping = resolved(node);
  return mapping.kind === 'mapping' ? mapping.entries.find((entry) => entry.key === key)?.value : undefined;
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

function compileNodes(c: Compilation, around: Parameters<typeof compileNode>[1]['around']): CompiledNode[] {
  const ids = Object.keys(c.document.nodes ?? {});
  if (!checkCount(c, ids.length)) return [];
  const results = ids.map((id, index) => ({ id, ...compileNode(c, { id, index, around }) }));
  const edges: Edges = new Map(results.map(({ id, references }) => [id, references]));
  checkCycles(c, edges);
  const order = new Map(ids.map((id, index) => [id, index]));
  return results.flatMap(({ node, references }) =>
    node ? [{ ...node, needs: needsOf({ node, references }, order) }] : [],
  );
}

function checkCount(c: Compilation, count: number): boolean {
  const { document } = c;
  if (!document.nodes) return false;
  if (count > 0 && count <= LIMITS.nodes) return true;
  if (count === 0 && c.isDamaged(['nodes'])) return false;
  const message =
    count === 0
      ? 'a graph has at least one node'
      : `a graph has at most ${LIMITS.nodes} nodes, this one has ${count}`;
  const suggestion = count === 0 ? 'add a node' : 'split the graph';
  c.reportKey(document, 'nodes', { code: 'graph/bad-value', message, suggestion });
  return false;
}

/** The edges into a node, each once, in file order. */
const needsOf = ({ references }: NodeResult, order: ReadonlyMap<string, number>): string[] =>
  [...new Set(references.map(({ node }) => node))].toSorted(
    (left, right) => order.get(left)! - order.get(right)!,
  );

function leavesOf(nodes: readonly CompiledNode[]): string[] {
  const needed = new Set(nodes.flatMap(({ needs }) => needs));
  return nodes.filter(({ id }) => !needed.has(id)).map(({ id }) => id);
}
