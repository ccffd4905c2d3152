import type { GraphDocument, Json, Node } from '@rehearse/contracts';
import { closestName, type StaticType } from '../../expression/index.js';
import { compileSchema, type CompiledSchema } from '../../schema-check/index.js';
import type { Finding, Findings } from '../findings.js';
import type { CompileOptions } from '../compile-options.js';
import type { LocatedDocument, Place } from '../located.js';
import type { Path } from '../path.js';
import type { SoundDocument } from '../shape/check.js';
import { talkersIn } from './talkers.js';

/** What a document names, also where the named part itself is broken: a reference to it is no second mistake. */
export interface DeclaredNames {
  nodes: ReadonlySet<string>;
  tools: ReadonlySet<string>;
  providers: ReadonlySet<string>;
  mocks: ReadonlySet<string>;
}

type Told = Pick<Finding, 'code' | 'message' | 'severity' | 'suggestion'>;

interface CompilationParts {
  sound: SoundDocument<GraphDocument>;
  names: DeclaredNames;
  findings: Findings;
  options: CompileOptions;
  used?: Compilation['used'];
  locals?: Compilation['locals'];
  talkers?: Compilation['talkers'];
}

/** What the checks of one document share: the document, the places in it, and what was found so far. */
export class Compilation {
  readonly document: Partial<GraphDocument>;
  readonly located: LocatedDocument;
  readonly names: DeclaredNames;
  readonly findings: Findings;
  readonly options: CompileOptions;
  /** What something refers to, to find what nothing does. */
  readonly used: Readonly<Record<'tools' | 'providers' | 'mocks' | 'assertTemplates', Set<string>>>;
  /** The variables that the nodes around give to those inside of them. */
  readonly locals: Readonly<Record<string, StaticType>>;
  /** The agents that have no result of their own, each with the conversation that has. */
  readonly talkers: ReadonlyMap<string, string>;
  readonly #parts: CompilationParts;

  constructor(parts: CompilationParts) {
    this.#parts = parts;
    this.document = parts.sound.document;
    this.located = parts.sound.located;
    this.names = parts.names;
    this.findings = parts.findings;
    this.options = parts.options;
    this.locals = parts.locals ?? {};
    this.talkers = parts.talkers ?? talkersIn(parts.sound.document.nodes ?? {});
    this.used = parts.used ?? {
      ...{ tools: new Set(), providers: new Set() },
      ...{ mocks: new Set(), assertTemplates: new Set() },
    };
  }

  isDamaged(path: Path): boolean {
    return this.#parts.sound.isDamaged(path);
  }

  /** The same document, seen from inside of a node that has nodes and variables of its own. */
  within(inside: {
    nodes: Readonly<Record<string, Node>>;
    locals: Readonly<Record<string, StaticType>>;
  }): Compilation {
    const names = { ...this.names, nodes: new Set([...this.names.nodes, ...Object.keys(inside.nodes)]) };
    const locals = { ...this.locals, ...inside.locals };
    const talkers = new Map([...this.talkers, ...talkersIn(inside.nodes)]);
    return new Compilation({ ...this.#parts, used: this.used, names, locals, talkers });
  }

  /** Seen from the turns of a conversation, where the agent that speaks has a result. */
  inTalkOf(agent: string): Compilation {
    const talkers = new Map([...this.talkers].filter(([id]) => id !== agent));
    return new Compilation({ ...this.#parts, used: this.used, talkers });
  }

  /** For text of another file: what is wrong with it is told at the place that names the file. */
  elsewhere(place: Place, where: () => string): Compilation {
    const findings = this.findings.elsewhere(place, where);
    return new Compilation({ ...this.#parts, findings, used: this.used, talkers: this.talkers });
  }

  /** Reports at a member of a mapping or list. */
  report(container: object, member: string | number, told: Told): void {
    this.#add(this.located.place(container, member), told);
  }

  /** Reports at the key of a member; at the container where there is no such member. */
  reportKey(container: object, member: string | number, told: Told): void {
    const place = this.located.place(container, member);
    this.#add({ ...place, ...place.key }, told);
  }

  /** False, and reported, when a name is declared nowhere. */
  checkName(section: keyof DeclaredNames, name: string, place: Omit<Finding, 'code' | 'message'>): boolean {
    if (this.names[section].has(name)) return true;
    const { code, word, article } = NAMED[section];
    const suggestion = () => {
      const near = closestName(name, this.names[section]);
      return near === undefined ? this.#declared(section) : `did you mean \`${near}\`?`;
    };
    this.findings.add({
      ...place,
      code,
      message: `there is no ${word} \`${name}\``,
      suggestion: () => suggestion() ?? `declare ${article} ${word} of this name`,
    });
    return false;
  }

  /** False, and reported, when there is no such node, or it has no result that anybody could speak of. */
  checkNode(name: string, place: Omit<Finding, 'code' | 'message'>): boolean {
    if (!this.checkName('nodes', name, place)) return false;
    const conversation = this.talkers.get(name);
    if (conversation === undefined) return true;
    this.findings.add({
      ...{ ...place, code: 'graph/unknown-node' },
      message: `${name} speaks in the conversation ${conversation}, and has no result of its own`,
      suggestion: `refer to nodes.${conversation}`,
    });
    return false;
  }

  #declared(section: keyof DeclaredNames): string | undefined {
    const names = [...this.names[section]];
    const shown = names.slice(0, 8).join(', ');
    return names.length === 0
      ? undefined
      : `there ${names.length === 1 ? 'is' : 'are'} ${shown}${names.length > 8 ? ', …' : ''}`;
  }

  /** Compiles a JSON Schema that stands at a member; undefined when there is none or it is wrong. */
  schema(container: object, member: string): CompiledSchema | undefined {
    const json = (container as Record<string, Json | undefined>)[member];
    if (json === undefined) return undefined;
    const compiled = compileSchema(json);
    if (!Array.isArray(compiled)) return compiled;
    for (const { path, ...issue } of compiled)
      this.#add(this.placeWithin(container, [member, ...path]), issue);
    return undefined;
  }

  /** The place that a path below a container leads to, or of the last step that exists. */
  placeWithin(container: object, path: Path): Place {
    let at: Json = container as Json;
    let place = this.located.place(container);
    for (const step of path) {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) break;
      place = this.located.place(at, step);
      at = (at as Record<string | number, Json>)[step]!;
    }
    return place;
  }

  #add(place: Place, told: Told): void {
    this.findings.add({ ...told, path: place.path, start: place.start, end: place.end });
  }
}

const NAMED: Readonly<Record<keyof DeclaredNames, { code: string; word: string; article: string }>> = {
  nodes: { code: 'graph/unknown-node', word: 'node', article: 'a' },
  tools: { code: 'graph/unknown-tool', word: 'tool', article: 'a' },
  providers: { code: 'graph/unknown-provider', word: 'route', article: 'a' },
  mocks: { code: 'graph/unknown-script', word: 'mock script', article: 'a' },
};
