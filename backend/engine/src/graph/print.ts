import { GraphDocument, type Json } from '@rehearse/contracts';
import { COLLECTION_STYLE, CORE_SCHEMA, dump, floatCoreTag, intCoreTag } from 'js-yaml';
import type { MappingNode, Node, ScalarNode, SequenceNode } from 'js-yaml';
import type { Path } from './path.js';
import { knownKeys } from './shape/known-keys.js';

/** What is wider than this stands over several lines. */
const WIDTH = 100;
const INDENT = 2;
/** Sections that hold more than plain values always stand over several lines. */
const SECTION_DEPTH = 1;
/** Of a node or case the checks come last, as in the documentation. */
const LAST = ['ensures', 'assert'];

/**
 * The YAML of a graph: keys in the order of the format, small lists and mappings on one line, long texts as blocks. What
 * is parsed of it is the document again; comments and spacing of an original are not known here.
 */
export function printGraph(document: GraphDocument): string {
  const ordered = inOrder(document as unknown as Json, { root: document as unknown as Json, path: [] });
  return dump(ordered, {
    // A text on one line stays on one: folded, its templates would be torn.
    ...{ schema: CORE_SCHEMA, noRefs: true, lineWidth: -1, indent: INDENT },
    transform: (documents) => documents.forEach(({ contents }) => contents && layOut(contents, 0)),
  });
}

interface Where {
  root: Json;
  path: Path;
}

/** The value with the keys of every mapping in the order of the schema; where names are free, their order is kept. */
function inOrder(value: Json, { root, path }: Where): Json {
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  const inside = (step: string | number, member: Json) => inOrder(member, { root, path: [...path, step] });
  if (Array.isArray(value)) return value.map((item, index) => inside(index, item));
  const order = keyOrder(root, path);
  const place = (key: string) => (order.indexOf(key) + order.length + 1) % (order.length + 1);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  if (order.length > 0) keys.sort((a, b) => place(a) - place(b));
  return Object.fromEntries(keys.map((key) => [key, inside(key, value[key]!)]));
}

function keyOrder(root: Json, path: Path): string[] {
  const known = knownKeys(GraphDocument, root, path);
  if (path.length === 0 || !known.includes('type')) return known;
  return [...known.filter((key) => !LAST.includes(key)), ...LAST];
}

/** Chooses for each collection whether it stands on one line. Answers its width on one; Infinity when it cannot. */
function layOut(node: Node, depth: number): number {
  if (node.kind === 'alias') return Infinity;
  if (node.kind === 'scalar') return scalarWidth(node);
  const width =
    node.kind === 'sequence'
      ? sum(node.items.map((item) => layOut(item, depth + 1) + 2))
      : sum(node.items.map(({ key, value }) => layOut(key, depth + 1) + layOut(value, depth + 1) + 4));
  const isInner = depth > SECTION_DEPTH || (depth === SECTION_DEPTH && isPlain(node));
  const fits = isInner && width + depth * INDENT <= WIDTH;
  node.style = fits || node.items.length === 0 ? COLLECTION_STYLE.FLOW : COLLECTION_STYLE.BLOCK;
  return node.style === COLLECTION_STYLE.FLOW ? width : Infinity;
}

const isPlain = (node: SequenceNode | MappingNode): boolean =>
  node.kind === 'mapping' && node.items.every(({ value }) => value.kind === 'scalar');

const sum = (widths: readonly number[]): number => widths.reduce((total, width) => total + width, 0);

/** Our reader refuses digits beyond 2^53, as they could not be kept exactly; a power of ten is what the number is. */
function scalarWidth(node: ScalarNode): number {
  if (node.tag === intCoreTag.tagName && !Number.isSafeInteger(Number(node.value))) {
    node.tag = floatCoreTag.tagName;
    node.value = Number(node.value).toExponential();
  }
  return /[\r\n]/.test(node.value) ? Infinity : node.value.length + 2;
}
