import type { JsonObject } from '@rehearse/contracts';
import type { CompileOptions, FileAnswer } from './compile-options.js';
import { compilePersona, headOf } from './documents.js';
import { folderPath } from './folder-path.js';

/** Files by their path from one root: a folder on disk, an archive, the files of a form. */
export interface FileTree {
  /** Never leaves the root. */
  read(path: string): FileAnswer;
  /** The names of the YAML files directly in a folder; `''` is the root. */
  documents(folder: string): readonly string[];
}

interface FoundGraph {
  /** From the folder. */
  file: string;
  source: string;
}

/** What the documents of one folder may refer to: nothing outside of it. */
export class DocumentFolder {
  #listed: Map<string, FoundGraph> | undefined;

  constructor(
    private readonly tree: FileTree,
    private readonly folder = '',
  ) {}

  /** The folder of a document in this one. */
  folderOf(file: string): DocumentFolder {
    const at = file.lastIndexOf('/');
    return at < 0 ? this : new DocumentFolder(this.tree, joined(this.folder, file.slice(0, at)));
  }

  options(): CompileOptions {
    return {
      files: (path) => this.#read(path),
      graphs: (reference) => {
        const found = this.findGraph(reference);
        if (!found.ok) return found;
        return { ok: true, source: found.source, ...this.folderOf(found.file).options() };
      },
      personas: (name) => this.#persona(name),
    };
  }

  /** A graph by its path, its name, or `name@version`: a folder holds one version of a graph, and that is it. */
  findGraph(reference: string): ({ ok: true } & FoundGraph) | { ok: false; message: string } {
    if (/\.ya?ml$/i.test(reference)) {
      const answer = this.#read(reference);
      if (!answer.ok) return { ok: false, message: answer.message };
      return { ok: true, file: folderPath(reference)!, source: answer.text };
    }
    const found = this.#documents().get(`Graph ${reference.replace(/@\d+$/, '')}`);
    return found ? { ok: true, ...found } : { ok: false, message: `there is no graph \`${reference}\` here` };
  }

  #persona(name: string): JsonObject | string | undefined {
    const found = this.#documents().get(`Persona ${name}`);
    if (!found) return undefined;
    const checked = compilePersona(found.source, { files: (path) => this.#read(path) });
    if (checked.ok) return checked.document;
    const [first] = checked.diagnostics;
    return `${found.file}, line ${first?.line}: ${first?.message}`;
  }

  #read(path: string): FileAnswer {
    const plain = folderPath(path);
    if (plain !== null) return this.tree.read(joined(this.folder, plain));
    return { ok: false, code: 'graph/file-outside', message: `${path} leads out of the folder` };
  }

  /** By kind and name. Of two with the same name the first is taken, in the order of their file names. */
  #documents(): Map<string, FoundGraph> {
    return (this.#listed ??= this.#list());
  }

  #list(): Map<string, FoundGraph> {
    const documents = new Map<string, FoundGraph>();
    for (const file of [...this.tree.documents(this.folder)].sort()) {
      const answer = this.#read(file);
      if (!answer.ok) continue;
      const { kind, name } = headOf(answer.text);
      const key = `${kind} ${name}`;
      if (!documents.has(key)) documents.set(key, { file, source: answer.text });
    }
    return documents;
  }
}

const joined = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);
