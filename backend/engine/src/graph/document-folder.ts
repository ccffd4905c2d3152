import type { CompileOptions, FileAnswer, GraphAnswer, PersonaAnswer } from './compile-options.js';
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
  #listed: Map<string, FoundGraph[]> | undefined;

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
  findGraph(reference: string): ({ ok: true } & FoundGraph) | Extract<GraphAnswer, { ok: false }> {
    if (/\.ya?ml$/i.test(reference)) {
      const answer = this.#read(reference);
      if (!answer.ok) return { ok: false, message: answer.message };
      return { ok: true, file: folderPath(reference)!, source: answer.text };
    }
    const [found, ...others] = this.#named(`Graph ${reference.replace(/@\d+$/, '')}`);
    if (!found) return { ok: false, message: `there is no graph \`${reference}\` here` };
    if (others.length === 0) return { ok: true, ...found };
    return { ok: false, isAmbiguous: true, message: severalOf(reference, [found, ...others]) };
  }

  #persona(name: string): PersonaAnswer | undefined {
    const [found, ...others] = this.#named(`Persona ${name}`);
    if (!found) return undefined;
    if (others.length > 0)
      return { ok: false, code: 'graph/ambiguous-name', message: severalOf(name, [found, ...others]) };
    const checked = compilePersona(found.source, { files: (path) => this.#read(path) });
    if (checked.ok) return { ok: true, persona: checked.document };
    const [first] = checked.diagnostics;
    const message = `${found.file}, line ${first?.line}: ${first?.message}`;
    return { ok: false, code: 'graph/bad-persona', message };
  }

  #read(path: string): FileAnswer {
    const plain = folderPath(path);
    if (plain !== null) return this.tree.read(joined(this.folder, plain));
    return { ok: false, code: 'graph/file-outside', message: `${path} leads out of the folder` };
  }

  /** By kind and name, in the order of their file names. */
  #named(key: string): readonly FoundGraph[] {
    this.#listed ??= this.#list();
    return this.#listed.get(key) ?? [];
  }

  #list(): Map<string, FoundGraph[]> {
    const documents = new Map<string, FoundGraph[]>();
    for (const file of [...this.tree.documents(this.folder)].sort()) {
      const answer = this.#read(file);
      if (!answer.ok) continue;
      const { kind, name } = headOf(answer.text);
      const key = `${kind} ${name}`;
      const found = { file, source: answer.text };
      const named = documents.get(key);
      if (named) named.push(found);
      else documents.set(key, [found]);
    }
    return documents;
  }
}

const severalOf = (name: string, found: readonly FoundGraph[]): string =>
  `${found.map(({ file }) => file).join(' and ')} have the same name \`${name}\``;

const joined = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);
