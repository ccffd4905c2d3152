import type { Json, JsonObject } from '@rehearse/contracts';
import { formatPath, type Path } from './path.js';
import { resolved, type ScalarNode, type YamlNode } from './yaml/tree.js';

interface Spot {
  start: number;
  end: number;
}

/** Where a member of a mapping or list stands. */
export interface Place extends Spot {
  path: string;
  /** Of a member of a mapping. */
  key?: Spot;
  /** Of text, to find a character of it in the source. */
  scalar?: ScalarNode;
}

type Container = Json[] | JsonObject;
/** By the step in this document; `step` is the one in the written document, where nothing is left out. */
type Members = Map<string | number, { node: YamlNode; step: string | number; key?: Spot }>;

/**
 * A document as plain JSON that knows where each of its values stands, by the identity of the mapping or list that
 * holds it. So a part can be handed around alone, and can lack what was left out of it.
 */
export class LocatedDocument {
  readonly #origins = new Map<Container, { path: Path; members: Members; spot: Spot }>();
  readonly root: Json;

  /** `isExcluded` tells what to leave out, as if it were not written. */
  constructor(root: YamlNode, isExcluded: (place: { path: Path; node: YamlNode }) => boolean = () => false) {
    this.root = this.#convert(root, [], isExcluded);
  }

  /** Of a member; of a container itself when no member is named or it has none of this name. */
  place(container: object, member?: string | number): Place {
    const origin = this.#origins.get(container as Container);
    if (!origin) return { path: '', start: 0, end: 0 };
    const found = member === undefined ? undefined : origin.members.get(member);
    if (!found) {
      const path = formatPath(member === undefined ? origin.path : [...origin.path, member]);
      return { path, ...origin.spot };
    }
    const { node, key, step } = found;
    const path = formatPath([...origin.path, step]);
    // An alias shows its own place: what it names may stand far away, and is fine there.
    const scalar = node.kind === 'scalar' ? { scalar: node } : {};
    return { path, start: node.start, end: node.end, ...(key && { key }), ...scalar };
  }

  /** The path of a container, or of a member of it, in the written document. */
  pathOf(container: object, member?: string | number): Path {
    const origin = this.#origins.get(container as Container);
    if (!origin || member === undefined) return origin?.path ?? [];
    return [...origin.path, origin.members.get(member)?.step ?? member];
  }

  /** Follows a path of this document as far as it leads: the last container, and the member of it that is meant. */
  follow(path: Path): { container: object; member: string | number; value: Json | undefined } | undefined {
    let value: Json | undefined = this.root;
    let last: { container: object; member: string | number } | undefined;
    for (const member of path) {
      if (typeof value !== 'object' || value === null) return undefined;
      last = { container: value, member };
      value = Object.hasOwn(value, member) ? (value as JsonObject)[member] : undefined;
    }
    return last && { ...last, value };
  }

  #convert(node: YamlNode, path: Path, isExcluded: (place: { path: Path; node: YamlNode }) => boolean): Json {
    const target = resolved(node);
    if (target.kind === 'scalar') return target.value;
    const members: Members = new Map();
    const spot = { start: node.start, end: node.end };
    if (target.kind === 'sequence') {
      const list: Json[] = [];
      target.items.forEach((item, index) => {
        const itemPath = [...path, index];
        if (isExcluded({ path: itemPath, node: item })) return;
        members.set(list.length, { node: item, step: index });
        list.push(this.#convert(item, itemPath, isExcluded));
      });
      this.#origins.set(list, { path, members, spot });
      return list;
    }
    const mapping: JsonObject = {};
    for (const { key, keyStart, keyEnd, value } of target.entries) {
      const entryPath = [...path, key];
      if (isExcluded({ path: entryPath, node: value })) continue;
      members.set(key, { node: value, step: key, key: { start: keyStart, end: keyEnd } });
      mapping[key] = this.#convert(value, entryPath, isExcluded);
    }
    this.#origins.set(mapping, { path, members, spot });
    return mapping;
  }
}
