import type { Diagnostic, GraphDocument, ImportNote } from '@rehearse/contracts';
import { compileGraph, printGraph } from '../graph/index.js';
import type { ImportProblem } from './recording.js';

/** A graph that an import made. */
export interface ImportedGraph {
  name: string;
  yaml: string;
  /** Why it cannot be uploaded as it is; empty when it can. */
  errors: Diagnostic[];
}

export type GraphImport =
  | { ok: true; graphs: ImportedGraph[]; notes: ImportNote[] }
  | { ok: false; problems: ImportProblem[]; notes: ImportNote[] };

export function importedGraph(document: GraphDocument): ImportedGraph {
  const yaml = printGraph(document);
  const { diagnostics } = compileGraph(yaml);
  return { name: document.name, yaml, errors: diagnostics.filter(({ severity }) => severity === 'error') };
}
