import type { ImportNote, Json, JsonObject } from '@rehearse/contracts';
import { LocatedDocument } from '../graph/located.js';
import { Lines } from '../graph/yaml/lines.js';
import { parseYaml } from '../graph/yaml/parse.js';
import type { ImportProblem } from './recording.js';

/** The files that an import may read, by their path from the folder that is imported. */
export interface ImportFiles {
  read(path: string): { ok: true; text: string } | { ok: false; message: string };
  /** The files that a pattern with `*` means, sorted. */
  find(pattern: string): string[];
}

export interface Place {
  file: string;
  line?: number;
  path: string;
}

/** A member of a mapping or list that came out of a file; or a place that is known already. */
export type At = readonly [container: object, member?: string | number] | Place;

export const isMapping = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads files and remembers where each mapping and list in them stands, so that what is said of it names its line. */
export class Sources {
  readonly #notes: ImportNote[] = [];
  readonly problems: ImportProblem[] = [];
  readonly #noted = new Set<string>();
  readonly #places = new WeakMap<object, (member?: string | number) => Place>();

  constructor(private readonly files: ImportFiles) {}

  /** In the order of the files and their lines. */
  get notes(): ImportNote[] {
    const files = [...new Set(this.#notes.map(({ file }) => file))];
    return this.#notes.toSorted(
      (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || (a.line ?? 0) - (b.line ?? 0),
    );
  }

  find(pattern: string): string[] {
    return this.files.find(pattern);
  }

  /** The text of a file; undefined, and noted as lost, when it cannot be read. */
  text(file: string, at: At): string | undefined {
    const read = this.files.read(file);
    if (read.ok) return read.text.replace(/^\uFEFF/, '');
    this.lost(at, `${file} cannot be read: ${read.message}`);
    return undefined;
  }

  /** The document in a file of YAML or JSON; undefined when there is none, and then noted as lost. */
  document(file: string, at: At): Json | undefined {
    const text = this.text(file, at);
    return text === undefined ? undefined : this.parse(text, { file, at });
  }

  /** The same of a text that was read already. */
  parse(text: string, { file, at }: { file: string; at: At }): Json | undefined {
    const parsed = readDocument(text, file);
    if ('problems' in parsed) {
      const [first] = parsed.problems;
      this.lost(at, `${file}${first?.line ? `:${first.line}` : ''} cannot be read: ${first?.message}`);
      return undefined;
    }
    return this.#keep(parsed);
  }

  /** The document that an import begins with; undefined when it cannot be read, and then all that is wrong is a problem. */
  main(text: string, file: string): Json | undefined {
    const parsed = readDocument(text.replace(/^\uFEFF/, ''), file);
    if (!('problems' in parsed)) return this.#keep(parsed);
    this.problems.push(...parsed.problems);
    return undefined;
  }

  /** Says where a mapping stands that was not read from YAML. */
  adopt(container: object, place: Place): void {
    this.#places.set(container, () => place);
  }

  place(at: At): Place {
    if ('file' in at) return at;
    const [container, member] = at;
    return this.#places.get(container)?.(member) ?? { file: '', path: String(member ?? '') };
  }

  lost(at: At, message: string): void {
    this.#note('lost', at, message);
  }

  changed(at: At, message: string): void {
    this.#note('changed', at, message);
  }

  ignored(at: At, message: string): void {
    this.#note('ignored', at, message);
  }

  mapped(at: At, message: string): void {
    this.#note('mapped', at, message);
  }

  #note(kind: ImportNote['kind'], at: At, message: string): void {
    const note = { kind, ...this.place(at), message };
    const identity = JSON.stringify([note.file, note.path, message]);
    if (this.#noted.has(identity)) return;
    this.#noted.add(identity);
    this.#notes.push(note);
  }

  #keep({ located, lines, file }: ReadDocument): Json {
    const visit = (value: Json): void => {
      if (typeof value !== 'object' || value === null || this.#places.has(value)) return;
      this.#places.set(value, (member) => placeIn({ located, lines, file }, value, member));
      for (const inner of Object.values(value)) visit(inner);
    };
    visit(located.root);
    return located.root;
  }
}

interface ReadDocument {
  located: LocatedDocument;
  lines: Lines;
  file: string;
}

function readDocument(text: string, file: string): ReadDocument | { problems: ImportProblem[] } {
  const { root, problems } = parseYaml(text, { merges: true });
  const lines = new Lines(text);
  if (root && problems.length === 0) return { located: new LocatedDocument(root), lines, file };
  return {
    problems: problems.map(({ code, message, path, start, end, suggestion }) => ({
      ...{ code, path, message, suggestion },
      line: lines.range(start, end).line,
    })),
  };
}

function placeIn(
  { located, lines, file }: ReadDocument,
  container: object,
  member: string | number | undefined,
): Place {
  const { path, start, end, key } = located.place(container, member);
  return { file, line: lines.range(key?.start ?? start, end).line, path };
}
