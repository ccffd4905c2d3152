import { LIMITS, type EnclosedGraph, type Enclosures, type JsonObject } from '@rehearse/contracts';
import type {
  CompileOptions,
  FileAnswer,
  FileProblem,
  GraphAnswer,
  PersonaAnswer,
} from './compile-options.js';
import { folderPath } from './folder-path.js';
import { utf8Length } from './utf8-length.js';

/**
 * What stands around a graph, looked up once and kept, so that the graph can be compiled again without asking anybody.
 * Refuses what is too large, no text, or outside.
 */
export class Folder {
  readonly #given: CompileOptions;
  /** Over the graphs in it as well. */
  readonly #spent: { bytes: number };
  readonly #files = new Map<string, FileAnswer>();
  readonly #graphs = new Map<string, { source: string; folder: Folder }>();
  readonly #personas = new Map<string, JsonObject>();

  constructor(given: CompileOptions, spent = { bytes: 0 }) {
    this.#given = given;
    this.#spent = spent;
  }

  file(path: string): FileAnswer {
    const plain = folderPath(path);
    if (plain === null) return refused('graph/file-outside', `${path} leads out of the folder of the graph`);
    const answer = this.#files.get(plain) ?? this.#read(plain);
    this.#files.set(plain, answer);
    return answer;
  }

  #read(path: string): FileAnswer {
    const { files } = this.#given;
    if (!files)
      return refused('graph/file-unavailable', `${path} cannot be read: the graph came without its folder`);
    const answer = files(path);
    if (!answer.ok) return answer;
    const text = answer.text.startsWith('\uFEFF') ? answer.text.slice(1) : answer.text;
    if (text.includes('\0')) return refused('graph/file-not-text', `${path} is not text: it holds U+0000`);
    const bytes = utf8Length(text);
    if (bytes > LIMITS.fileBytes) return refused('graph/file-too-large', `${path} has more than 10 MiB`);
    this.#spent.bytes += bytes;
    return this.#spent.bytes > LIMITS.filesBytes
      ? refused('graph/file-too-large', `with ${path} the files of the graph have more than 50 MiB together`)
      : { ok: true, text };
  }

  graph(reference: string): GraphAnswer {
    const answer = this.#given.graphs?.(reference);
    if (!answer) return { ok: false, message: `there is no graph \`${reference}\` here` };
    if (!answer.ok) return answer;
    const { ok, source, ...around } = answer;
    const folder = this.#graphs.get(reference)?.folder ?? new Folder(around, this.#spent);
    this.#graphs.set(reference, { source, folder });
    return { ok, source, ...folder.options() };
  }

  persona(name: string): PersonaAnswer | undefined {
    const answer = this.#given.personas?.(name);
    if (answer?.ok) this.#personas.set(name, answer.persona);
    return answer;
  }

  options(): CompileOptions {
    return {
      files: (path) => this.file(path),
      graphs: (reference) => this.graph(reference),
      personas: (name) => this.persona(name),
    };
  }

  /** Everything that was found so far; without members when nothing was asked for. */
  enclosures(): Enclosures {
    const files = [...this.#files].flatMap(([path, one]) => (one.ok ? [[path, one.text] as const] : []));
    const graphs = [...this.#graphs].map(([reference, { source, folder }]): [string, EnclosedGraph] => [
      reference,
      { source, ...folder.enclosures() },
    ]);
    return {
      ...(files.length > 0 && { files: Object.fromEntries(files) }),
      ...(graphs.length > 0 && { graphs: Object.fromEntries(graphs) }),
      ...(this.#personas.size > 0 && { personas: Object.fromEntries(this.#personas) }),
    };
  }
}

const refused = (code: FileProblem, message: string): FileAnswer => ({ ok: false, code, message });

/** Finds for a graph what it enclosed when it was compiled before. */
export const optionsOf = ({ files, graphs, personas }: Enclosures): CompileOptions => ({
  files: (path) => foundFile(files ?? {}, path),
  graphs: (reference) => foundGraph(graphs ?? {}, reference),
  personas: (name) => {
    const persona = own(personas ?? {}, name);
    return persona && { ok: true, persona };
  },
});

function foundFile(files: Record<string, string>, path: string): FileAnswer {
  const text = own(files, path);
  return text === undefined
    ? refused('graph/file-missing', `there is no file ${path} beside the graph`)
    : { ok: true, text };
}

function foundGraph(graphs: Record<string, EnclosedGraph>, reference: string): GraphAnswer {
  const found = own(graphs, reference);
  return found
    ? { ok: true, source: found.source, ...optionsOf(found) }
    : { ok: false, message: `there is no graph \`${reference}\` here` };
}

const own = <T>(record: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
