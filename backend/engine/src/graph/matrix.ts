import { GraphDocument, LIMITS, type Json, type JsonObject, type Matrix } from '@rehearse/contracts';
import type { ScalarEvent } from 'js-yaml';
import { closestName } from '../expression/index.js';
import { canonicalJson } from '../journal/canonical.js';
import type { Findings } from './findings.js';
import { LocatedDocument } from './located.js';
import { formatPath, type Path } from './path.js';
import { knownKeys } from './shape/known-keys.js';
import { resolved, type MappingNode, type YamlNode } from './yaml/tree.js';

/** One combination of a matrix: the value of each path, and the document that it makes. */
export interface Cell {
  values: JsonObject;
  root: YamlNode;
}

/** Parts that make a graph what it is; a graph that differs there is another one. Cases are shared by all cells, with their repeats. */
const FIXED: ReadonlySet<string> = new Set([
  ...['apiVersion', 'kind', 'name', 'inputs', 'cases', 'repeat', 'matrix'],
]);

interface Axis {
  name: string;
  path: Path;
  values: readonly YamlNode[];
}

/** The documents that a matrix makes, the first path changing slowest; none when it is wrong, which is reported. */
export function cellsOf(root: YamlNode, findings: Findings): Cell[] {
  const matrix = entryOf(root, 'matrix');
  const axes = matrix ? axesOf(root, matrix, findings) : null;
  if (!axes) return [];
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > LIMITS.cells) {
    const message = `the matrix has ${count} combinations; there are at most ${LIMITS.cells}`;
    const { start, end } = matrix!;
    const told = { path: 'matrix', start, end, suggestion: 'make it smaller, or split the graph' };
    return (findings.add({ code: 'graph/too-many-cells', message, ...told }), []);
  }
  const bare = without(root, 'matrix');
  return axes.reduce<Cell[]>(
    (cells, axis) => cells.flatMap((cell) => axis.values.map((value) => withValue(cell, axis, value))),
    [{ values: {}, root: bare }],
  );
}

/** The same for a matrix that does not stand in the document. */
export function withMatrix(root: YamlNode, matrix: Matrix): YamlNode {
  const bare = without(root, 'matrix') as MappingNode;
  const { start } = bare;
  const value = nodeOf(matrix, { start, end: start + 1 });
  return {
    ...bare,
    entries: [...bare.entries, { key: 'matrix', keyStart: start, keyEnd: start + 1, value }],
  };
}

function axesOf(root: YamlNode, matrix: YamlNode, findings: Findings): Axis[] | null {
  const mapping = resolved(matrix);
  if (mapping.kind !== 'mapping') return null;
  const document = new LocatedDocument(root).root;
  const before: Pick<Axis, 'name' | 'path'>[] = [];
  const axes = mapping.entries.flatMap(({ key, keyStart, keyEnd, value }) => {
    const list = resolved(value);
    const path = stepsOf(key);
    const wrong = whyUnknown(document, path) ?? whyHiding(path, before);
    if (wrong) findings.add({ ...wrong, path: `matrix.${key}`, start: keyStart, end: keyEnd });
    before.push({ name: key, path });
    if (wrong || list.kind !== 'sequence' || !areDistinct(list.items, key, findings)) return [];
    return [{ name: key, path, values: list.items }];
  });
  return axes.length === mapping.entries.length && axes.length > 0 ? axes : null;
}

/** What sets a value as a whole takes away what an axis before it sets in it. */
function whyHiding(path: Path, before: readonly Pick<Axis, 'name' | 'path'>[]) {
  const hidden = before.find(({ path: other }) => path.every((step, depth) => other[depth] === step));
  return (
    hidden && {
      code: 'graph/hidden-path',
      message: `what \`${hidden.name}\` sets is replaced here`,
      suggestion: `put it before \`${hidden.name}\`, or remove one of the two`,
    }
  );
}

/** Equal values would make the same graph twice. */
function areDistinct(values: readonly YamlNode[], name: string, findings: Findings): boolean {
  const seen = new Set<string>();
  const twice = [...values.entries()].filter(([, value]) => {
    const text = canonicalJson(new LocatedDocument(value).root);
    return seen.has(text) || !seen.add(text);
  });
  const told = { code: 'graph/duplicate-value', message: 'this value stands twice in the list' };
  const suggestion = 'remove one of the two';
  for (const [index, { start, end }] of twice)
    findings.add({ ...told, path: `matrix.${name}[${index}]`, start, end, suggestion });
  return twice.length === 0;
}

/** `a.b[0].c`, or `a.b.0.c`. */
const stepsOf = (text: string): Path =>
  text
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((step) => (/^(0|[1-9]\d*)$/.test(step) ? Number(step) : step));

function whyUnknown(document: Json, path: Path) {
  const [first] = path;
  if (FIXED.has(String(first)))
    return {
      code: 'graph/unknown-path',
      message: `a matrix does not change \`${first}\``,
      suggestion: 'vary what stands under providers, nodes, tools or mocks',
    };
  let at: Json | undefined = document;
  for (const [depth, step] of path.entries()) {
    const above = path.slice(0, depth);
    const here = keysOf(at);
    const known = [...here, ...knownKeys(GraphDocument, document, above)];
    const allowed = [...new Set(known)].filter((key) => depth > 0 || !FIXED.has(key));
    if (!allowed.includes(String(step))) return unknownStep({ path, depth, allowed });
    at = here.includes(String(step)) ? (at as Record<string, Json>)[step] : undefined;
  }
  return undefined;
}

const keysOf = (value: Json | undefined): string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];

function unknownStep({ path, depth, allowed }: { path: Path; depth: number; allowed: readonly string[] }) {
  const step = String(path[depth]);
  const where = depth === 0 ? 'the document' : `\`${formatPath(path.slice(0, depth))}\``;
  const near = typeof path[depth] === 'number' ? undefined : closestName(step, allowed);
  const list = `there ${allowed.length === 1 ? 'is' : 'are'} ${allowed.slice(0, 12).join(', ')}`;
  return {
    code: 'graph/unknown-path',
    message: `there is no \`${step}\` in ${where}`,
    suggestion:
      near !== undefined ? `did you mean \`${near}\`?` : allowed.length > 0 ? list : 'shorten the path',
  };
}

const withValue = ({ values, root }: Cell, { name, path }: Axis, value: YamlNode): Cell => ({
  values: { ...values, [name]: new LocatedDocument(value).root },
  root: placed(root, path, value),
});

/** A copy in which a value stands at a path; mappings that are missing on the way are made. */
function placed(node: YamlNode | undefined, path: Path, value: YamlNode): YamlNode {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const target = node && resolved(node);
  if (target?.kind === 'sequence')
    return {
      ...target,
      items: target.items.map((item, at) => (at === step ? placed(item, rest, value) : item)),
    };
  const { start, end } = value;
  const mapping: MappingNode =
    target?.kind === 'mapping' ? target : { kind: 'mapping', start, end, entries: [] };
  const key = String(step);
  const known = mapping.entries.find((entry) => entry.key === key);
  const entry = known
    ? { ...known, value: placed(known.value, rest, value) }
    : { key, keyStart: start, keyEnd: end, value: placed(undefined, rest, value) };
  const entries = known
    ? mapping.entries.map((one) => (one === known ? entry : one))
    : [...mapping.entries, entry];
  return { ...mapping, entries };
}

const without = (root: YamlNode, key: string): YamlNode => {
  const mapping = resolved(root);
  return mapping.kind === 'mapping'
    ? { ...mapping, entries: mapping.entries.filter((entry) => entry.key !== key) }
    : root;
};

export function entryOf(node: YamlNode, key: string): YamlNode | undefined {
  const mapping = resolved(node);
  return mapping.kind === 'mapping' ? mapping.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** As the parser tells of a value that has no text. */
const NOWHERE = { valueStart: -1, valueEnd: -1 } as ScalarEvent;

/** Plain JSON as if it stood at one place of a document. */
function nodeOf(value: Json, spot: { start: number; end: number }): YamlNode {
  if (Array.isArray(value))
    return { kind: 'sequence', ...spot, items: value.map((item) => nodeOf(item, spot)) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, member]) => ({
      ...{ key, keyStart: spot.start, keyEnd: spot.end },
      value: nodeOf(member, spot),
    }));
    return { kind: 'mapping', ...spot, entries };
  }
  return { kind: 'scalar', ...spot, value, event: NOWHERE };
}
