import type { EnclosedGraph, Enclosures, Json } from '@rehearse/contracts';
import { digestOf, sha256Hex } from '../journal/canonical.js';
import type { CompileOptions } from './compile-options.js';
import { folderPath } from './folder-path.js';
import type { Folder } from './folder.js';
import { LocatedDocument } from './located.js';
import { parseYaml } from './yaml/parse.js';

/** Notes what one compilation asks a folder for: a graph's digest is over what it reads itself. */
export class Reading {
  readonly options: CompileOptions;
  readonly #asked = { files: new Set<string>(), graphs: new Set<string>(), personas: new Set<string>() };

  constructor(folder: Folder, within: CompileOptions['within']) {
    const { files, graphs, personas } = this.#asked;
    this.options = {
      files: (path) => (files.add(folderPath(path) ?? path), folder.file(path)),
      graphs: (reference) => (graphs.add(reference), folder.graph(reference)),
      personas: (name) => (personas.add(name), folder.persona(name)),
      ...(within && { within }),
    };
  }

  /** What was asked for, of all that was found. */
  of({ files, graphs, personas }: Enclosures): Enclosures {
    return {
      ...(files && { files: chosen(files, this.#asked.files) }),
      ...(graphs && { graphs: chosen(graphs, this.#asked.graphs) }),
      ...(personas && { personas: chosen(personas, this.#asked.personas) }),
    };
  }
}

const chosen = <T>(record: Record<string, T>, names: ReadonlySet<string>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)));

/** Digests of a document and of what it encloses. A text is read once: a data set is large, and each cell of a matrix has it. */
export class Digests {
  readonly #texts = new Map<string, string>();

  /** Of the document's canonical JSON, with the digest of each part that it encloses. */
  document(document: object, enclosures: Enclosures): string {
    const enclosed = this.#enclosed(enclosures);
    return digestOf(enclosed ? { ...document, enclosed } : document);
  }

  /** Of the bytes. */
  source(source: string, enclosures: Enclosures): string {
    const enclosed = this.#enclosed(enclosures);
    return enclosed ? digestOf({ source: sha256Hex(source), enclosed }) : sha256Hex(source);
  }

  #enclosed({ files = {}, graphs = {}, personas = {} }: Enclosures): Json | undefined {
    const parts = {
      files: mapped(files, (text, path) => this.#text(path, text)),
      graphs: mapped(graphs, graphDigest),
      personas: mapped(personas, digestOf),
    };
    const filled = Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0);
    return filled.length === 0 ? undefined : Object.fromEntries(filled);
  }

  #text(path: string, text: string): string {
    const digest = this.#texts.get(path) ?? sha256Hex(text);
    this.#texts.set(path, digest);
    return digest;
  }
}

/** It was compiled, so its source is a mapping. */
function graphDigest({ source, ...enclosures }: EnclosedGraph): string {
  const { root } = parseYaml(source.replace(/^\uFEFF/, ''));
  const document = root ? new LocatedDocument(root).root : null;
  return new Digests().document({ ...(document as object) }, enclosures);
}

const mapped = <T>(
  record: Record<string, T>,
  digest: (value: T, name: string) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, digest(value, name)]));
