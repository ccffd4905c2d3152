import { LIMITS } from '@rehearse/contracts';
import {
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { formatPath, type Path } from '../path.js';
import { tooDeep, type YamlProblem } from './problem.js';
import { coreTag, customTag, forbiddenKey, scalarValue, type ScalarProblem } from './scalar.js';
import { MERGE_KEY, mergedEntries } from './merge.js';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './tree.js';
import { Weights } from './weights.js';

interface Key {
  text: string;
  start: number;
  end: number;
  /** A key that is refused; its value is read and dropped. */
  isDropped: boolean;
}

interface Frame {
  node: MappingNode | SequenceNode;
  isFlow: boolean;
  /** Of a mapping: the key whose value comes next, and where each key stood first. */
  key: Key | null;
  seen: Map<string, number>;
  anchor: string | null;
}

const OPEN = Symbol('open');

export interface YamlOptions {
  /** Takes merge keys, which are YAML 1.1, as other programs do. */
  merges?: boolean;
}

/** Builds the tree of the first document from the parser's events, and collects everything that is not allowed. */
export class TreeBuilder {
  readonly #problems: YamlProblem[] = [];
  readonly #frames: Frame[] = [];
  readonly #anchors = new Map<string, YamlNode | typeof OPEN>();
  readonly #weights = new Weights();
  #root: YamlNode | null = null;
  /** The offset behind the last thing read: where an absent value stands, and where a block ends. */
  #last = 0;

  constructor(
    readonly source: string,
    readonly events: readonly Event[],
    readonly options: YamlOptions = {},
  ) {}

  build(): { root: YamlNode | null; problems: YamlProblem[] } {
    for (let index = 1; index < this.events.length; index++) {
      const event = this.events[index]!;
      if (event.type === EVENT_ID.DOCUMENT) {
        this.#severalDocuments(index);
        break;
      }
      if (!this.#take(event)) return { root: null, problems: this.#problems };
    }
    return { root: this.#root, problems: this.#problems };
  }

  /** False when it makes no sense to go on. */
  #take(event: Event): boolean {
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event);
      case EVENT_ID.ALIAS:
        return this.#alias(event.anchorStart, event.anchorEnd);
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        return this.#open(event);
      case EVENT_ID.POP:
        this.#close();
        return true;
      default:
        return true;
    }
  }

  #scalar(event: ScalarEvent): boolean {
    const [start, end] = this.#extent(event);
    this.#last = Math.max(this.#last, end);
    const frame = this.#frames.at(-1);
    if (frame?.node.kind === 'mapping' && frame.key === null)
      return this.#scalarKey(frame, event, { start, end });
    const read = scalarValue(this.source, event);
    if ('problem' in read) this.#report(read.problem, tagSpot(read.problem, event) ?? { start, end });
    const value = 'problem' in read ? null : read.value;
    const broken = 'problem' in read ? { isBroken: true as const } : {};
    const node: ScalarNode = { kind: 'scalar', value, event, start, end, ...broken };
    const anchor = this.#anchorOf(event);
    if (anchor !== null) this.#anchors.set(anchor, node);
    this.#weights.add(node, typeof value === 'string' ? value.length : 0);
    this.#place(node);
    return true;
  }

  /** With its quotes; an absent scalar stands behind what was read before it. */
  #extent(event: ScalarEvent): [number, number] {
    if (event.valueStart < 0) {
      const at = event.tagStart >= 0 ? event.tagStart : this.#last;
      return [at, event.tagStart >= 0 ? event.tagEnd : at];
    }
    const quote = event.style === 2 || event.style === 3 ? 1 : 0;
    let end = event.valueEnd + quote;
    if (event.style > 3) while (end > event.valueStart && /[\r\n]/.test(this.source[end - 1]!)) end--;
    return [event.valueStart - quote, end];
  }

  #scalarKey(frame: Frame, event: ScalarEvent, spot: { start: number; end: number }): boolean {
    const read = scalarValue(this.source, event);
    const isEmpty = event.valueStart < 0;
    const text = isEmpty ? '' : this.#keyText(event, read);
    const key: Key = { text, ...spot, isDropped: true };
    frame.key = key;
    const isMerge = this.options.merges === true && text === MERGE_KEY;
    const refused = isMerge ? undefined : refusedKey(text);
    const problem = isEmpty ? NO_KEY : 'problem' in read ? read.problem : refused;
    const first = frame.seen.get(text);
    if (problem) this.#report(problem, spot);
    else if (first !== undefined) this.#duplicate(text, first, spot);
    else key.isDropped = false;
    if (first === undefined) frame.seen.set(text, spot.start);
    return true;
  }

  /** Keys are text whatever they look like: `1:` is the key "1". */
  #keyText(event: ScalarEvent, read: ReturnType<typeof scalarValue>): string {
    if ('value' in read && typeof read.value === 'string') return read.value;
    return this.source.slice(event.valueStart, event.valueEnd);
  }

  #duplicate(text: string, first: number, spot: { start: number; end: number }): void {
    const path = this.#path();
    const isId = path.length === 2 && ID_SECTIONS.has(String(path[0]));
    this.#problems.push({
      code: isId ? 'graph/duplicate-id' : 'yaml/duplicate-key',
      message: `the ${isId ? 'id' : 'key'} \`${text}\` stands twice here`,
      path: formatPath(path),
      ...spot,
      suggestion: isId ? 'rename one of the two' : 'remove one of the two',
      first,
    });
  }

  #alias(start: number, end: number): boolean {
    const spot = { start: start - 1, end };
    this.#last = end;
    const name = this.source.slice(start, end);
    const frame = this.#frames.at(-1);
    const target = this.#anchors.get(name);
    if (frame?.node.kind === 'mapping' && frame.key === null) return this.#badKey(frame, spot);
    if (target === undefined || target === OPEN) {
      this.#report(target ? RECURSIVE(name) : UNKNOWN_ALIAS(name), spot);
      this.#place({ kind: 'scalar', value: null, event: NOTHING, ...spot, isBroken: true });
      return true;
    }
    const node: YamlNode = { kind: 'alias', target, ...spot };
    const problem = this.#weights.expand(node, target);
    if (problem) {
      this.#report(problem, spot);
      return false;
    }
    this.#place(node);
    return true;
  }

  #open(event: SequenceEvent | MappingEvent): boolean {
    if (this.#frames.length >= LIMITS.depth) {
      this.#problems.push(tooDeep(event.start, this.#path()));
      return false;
    }
    const frame = this.#frames.at(-1);
    if (frame?.node.kind === 'mapping' && frame.key === null)
      this.#badKey(frame, { start: event.start, end: event.start + 1 }, true);
    const kind = event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence';
    this.#checkCollectionTag(event, kind);
    const extent = { start: event.start, end: event.start + 1 };
    const node: MappingNode | SequenceNode =
      kind === 'mapping' ? { kind, entries: [], ...extent } : { kind, items: [], ...extent };
    const anchor = this.#anchorOf(event);
    if (anchor !== null) this.#anchors.set(anchor, OPEN);
    const isFlow = event.style === COLLECTION_STYLE.FLOW;
    this.#frames.push({ node, isFlow, key: null, seen: new Map(), anchor });
    this.#last = Math.max(this.#last, event.start + (isFlow ? 1 : 0));
    return true;
  }

  #checkCollectionTag(event: SequenceEvent | MappingEvent, kind: 'mapping' | 'sequence'): void {
    if (event.tagStart < 0) return;
    const tag = this.source.slice(event.tagStart, event.tagEnd);
    const expected = kind === 'mapping' ? 'map' : 'seq';
    if (tag === '!' || coreTag(tag) === expected) return;
    this.#report(customTag(tag), { start: event.tagStart, end: event.tagEnd });
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (!frame) return;
    if (frame.isFlow) this.#last = this.#closingBracket();
    frame.node.end = Math.max(this.#last, frame.node.start);
    if (this.options.merges && frame.node.kind === 'mapping') this.#merge(frame.node);
    this.#weights.addCollection(frame.node);
    if (frame.anchor !== null) this.#anchors.set(frame.anchor, frame.node);
    this.#place(frame.node);
  }

  #merge(mapping: MappingNode): void {
    const key = mapping.entries.find((entry) => entry.key === MERGE_KEY);
    if (!key) return;
    const entries = mergedEntries(mapping);
    if (!entries) return this.#report(NO_MAPPING, { start: key.keyStart, end: key.keyEnd });
    const own = new Set(mapping.entries.map(({ value }) => value));
    for (const { value } of entries)
      if (value.kind === 'alias' && !own.has(value)) this.#weights.copy(value, value.target);
    mapping.entries = entries;
  }

  /** The parser's events do not say where a `]` or `}` stands: it is the first thing behind the last item. */
  #closingBracket(): number {
    for (let at = this.#last; at < this.source.length; at++) {
      const character = this.source[at]!;
      if (character === ']' || character === '}') return at + 1;
      if (character === '#') while (at + 1 < this.source.length && !/[\r\n]/.test(this.source[at + 1]!)) at++;
    }
    return this.#last;
  }

  #place(node: YamlNode): void {
    const frame = this.#frames.at(-1);
    if (!frame) this.#root ??= node;
    else if (frame.node.kind === 'sequence') frame.node.items.push(node);
    else this.#placeValue(frame, frame.node, node);
  }

  #placeValue(frame: Frame, mapping: MappingNode, value: YamlNode): void {
    const key = frame.key;
    if (key === null) return void (frame.key = DROPPED);
    frame.key = null;
    if (key.isDropped) return;
    mapping.entries.push({ key: key.text, keyStart: key.start, keyEnd: key.end, value });
  }

  #badKey(frame: Frame, spot: { start: number; end: number }, isCollection = false): boolean {
    this.#report(COMPLEX_KEY, spot);
    // A collection becomes the key when it is closed; until then the frame has none.
    if (!isCollection) frame.key = DROPPED;
    return true;
  }

  #anchorOf(event: { anchorStart: number; anchorEnd: number }): string | null {
    return event.anchorStart < 0 ? null : this.source.slice(event.anchorStart, event.anchorEnd);
  }

  #severalDocuments(index: number): void {
    const next = this.events
      .slice(index)
      .find((event) => 'start' in event || ('valueStart' in event && event.valueStart >= 0));
    const found = next && ('start' in next ? next.start : 'valueStart' in next ? next.valueStart : undefined);
    const start = found ?? this.source.length;
    this.#report(SEVERAL, { start, end: start + 1 });
  }

  #report(problem: ScalarProblem, spot: { start: number; end: number }): void {
    this.#problems.push({ ...problem, path: formatPath(this.#path()), ...spot });
  }

  #path(): Path {
    return this.#frames.flatMap(({ node, key }): (string | number)[] => {
      if (node.kind === 'sequence') return [node.items.length];
      return key === null || key.text === '' ? [] : [key.text];
    });
  }
}

const ID_SECTIONS = new Set(['nodes', 'tools', 'providers', 'mocks', 'chaos', 'assertTemplates']);
const DROPPED: Key = { text: '', start: 0, end: 0, isDropped: true };
const NOTHING = { valueStart: -1, valueEnd: -1 } as ScalarEvent;

/** What is wrong with a tag is told at the tag. */
const tagSpot = ({ code }: ScalarProblem, { tagStart, tagEnd }: ScalarEvent) =>
  code === 'yaml/custom-tag' ? { start: tagStart, end: tagEnd } : undefined;

function refusedKey(text: string): ScalarProblem | undefined {
  if (text !== MERGE_KEY) return forbiddenKey(text);
  return {
    code: 'yaml/merge-key',
    message: 'merge keys (`<<`) are not part of YAML 1.2',
    suggestion: 'write the keys out, or use the alias as a whole value',
  };
}

const NO_MAPPING: ScalarProblem = {
  code: 'yaml/merge-key',
  message: '`<<` merges mappings, and here stands something else',
  suggestion: 'name a mapping, or a list of them',
};
const NO_KEY: ScalarProblem = {
  code: 'yaml/bad-key',
  message: 'a value stands here without a key',
  suggestion: 'write the key before the colon',
};
const COMPLEX_KEY: ScalarProblem = {
  code: 'yaml/bad-key',
  message: 'a key must be text, not a list, a mapping or an alias',
  suggestion: 'quote the key',
};
const SEVERAL: ScalarProblem = {
  code: 'yaml/multiple-documents',
  message: 'a file holds one document, and here a second one begins',
  suggestion: 'move it to a file of its own',
};
const UNKNOWN_ALIAS = (name: string): ScalarProblem => ({
  code: 'yaml/unknown-alias',
  message: `no anchor \`&${name}\` stands above this alias`,
  suggestion: 'define the anchor first, or quote the text',
});
const RECURSIVE = (name: string): ScalarProblem => ({
  code: 'yaml/recursive-alias',
  message: `the alias \`*${name}\` stands inside of what it names`,
  suggestion: 'remove it',
});
