import type { Json, JsonObject } from '@rehearse/contracts';
import type { SourceRange } from './model.js';
import type { Path } from './path.js';
import { documentOf, originOf } from './suite-places.js';
import { Lines } from './yaml/lines.js';

interface Texts {
  suite: string;
  /** Of the graph before it got the settings of the suite. */
  graph: string;
  /** Of the graph as the suite makes it. */
  joined: string;
}

/** What stands in the file of the graph, or else in that of the suite. */
export interface SuiteOrigin {
  isInSuite: boolean;
  range: SourceRange;
}

/** A member: its path, and whether its key is meant or its value. */
interface Member {
  path: Path;
  isKey: boolean;
}

/** Where what stands in the text that a suite makes of a graph was written; null for what nobody wrote. */
export function originsInSuite({ suite, graph, joined }: Texts): (range: SourceRange) => SuiteOrigin | null {
  let read: ReturnType<typeof readAll> | null = null;
  const readAll = () => ({ own: reader(graph), shared: reader(suite), members: membersOf(joined) });
  return ({ line, column }) => {
    const { own, shared, members } = (read ??= readAll());
    const member = members.get(`${line}:${column}`);
    if (!member || !own || !shared) return null;
    const from = originOf(member.path, own.located.root as JsonObject);
    const range = from ? shared.rangeOf({ ...member, path: from }) : own.rangeOf(member);
    return range && { isInSuite: from !== undefined, range };
  };
}

function reader(text: string) {
  const lines = new Lines(text.replace(/^\uFEFF/, ''));
  const located = documentOf(lines);
  if (!located) return null;
  const rangeOf = ({ path, isKey }: Member): SourceRange | null => {
    const found = located.follow(path);
    if (found?.value === undefined) return null;
    const place = located.place(found.container, found.member);
    const { start, end } = (isKey && place.key) || place;
    return lines.range(start, end);
  };
  return { located, rangeOf };
}

/** All members of a document, by where their keys and values begin. */
function membersOf(text: string): ReadonlyMap<string, Member> {
  const lines = new Lines(text);
  const located = documentOf(lines);
  const members = new Map<string, Member>();
  const add = (start: number, member: Member) => {
    const { line, column } = lines.range(start, start);
    members.set(`${line}:${column}`, member);
  };
  const addAll = (container: Json | undefined, path: Path): void => {
    if (!located || typeof container !== 'object' || container === null) return;
    const steps = Array.isArray(container) ? container.keys() : Object.keys(container);
    for (const step of steps) {
      const place = located.place(container, step);
      const inner = [...path, step];
      if (place.key) add(place.key.start, { path: inner, isKey: true });
      add(place.start, { path: inner, isKey: false });
      addAll((container as JsonObject)[step], inner);
    }
  };
  addAll(located?.root, []);
  return members;
}
