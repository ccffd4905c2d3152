import type { Diagnostic, Json, JsonObject } from '@rehearse/contracts';
import { Findings } from './findings.js';
import { LocatedDocument } from './located.js';
import { formatPath, parsePath, type Path } from './path.js';
import { Lines } from './yaml/lines.js';
import { readYaml } from './yaml/read.js';

interface Joined {
  /** The text of the suite. */
  suite: string;
  /** The text of the graph that got its settings. */
  graph: string;
  /** Which of the suite's graphs it is. */
  index: number;
}

/**
 * What is wrong with a graph only as a suite makes it, at the place in the suite that it comes from; where none is, at the name
 * of the graph.
 */
export function placedInSuite(
  diagnostics: readonly Diagnostic[],
  { suite, graph, index }: Joined,
): Diagnostic[] {
  const lines = new Lines(suite.replace(/^\uFEFF/, ''));
  const located = documentOf(lines);
  const own = documentOf(new Lines(graph.replace(/^\uFEFF/, '')))?.root;
  if (!located) return [...diagnostics];
  const placed = diagnostics.flatMap((one) => {
    const from = originOf(parsePath(one.path), (own ?? {}) as JsonObject);
    const found = from && spotOf(located, from);
    if (!found && one.severity !== 'error') return [];
    const { path, start, end } = found ?? spotOf(located, ['graphs', index])!;
    const message = found ? one.message : `${one.path}: ${one.message}`;
    return [{ ...one, message, path, ...lines.range(start, end) }];
  });
  return placed.toSorted((left, right) => left.line - right.line || left.column - right.column);
}

export function documentOf(lines: Lines): LocatedDocument | null {
  const root = readYaml(new Findings(lines));
  return root && new LocatedDocument(root);
}

/** The path in the suite of what stands at a path of the graph; undefined for what the graph says itself. */
export function originOf([section, first, ...rest]: Path, own: JsonObject): Path | undefined {
  if (section === undefined) return undefined;
  if (section === 'cases') return rest[0] === 'vars' ? rest : undefined;
  const said = own[section];
  if (section === 'assert' || section === 'contracts') {
    const index = Number(first) - (Array.isArray(said) ? said.length : 0);
    return index < 0 ? undefined : [section, index, ...rest];
  }
  const isSaid = first === undefined ? said !== undefined : has(said, first);
  return isSaid ? undefined : first === undefined ? [section] : [section, first, ...rest];
}

const has = (value: Json | undefined, step: string | number): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, step);

/** As far as the path leads; a collection may go on over many lines, so its key stands for it. */
function spotOf(located: LocatedDocument, path: Path) {
  for (let length = path.length; length > 0; length--) {
    const found = located.follow(path.slice(0, length));
    if (found?.value === undefined) continue;
    const place = located.place(found.container, found.member);
    return { path: formatPath(path.slice(0, length)), ...(place.scalar ? place : (place.key ?? place)) };
  }
  return undefined;
}
