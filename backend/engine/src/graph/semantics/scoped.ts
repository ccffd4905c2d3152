import type { Node } from '@rehearse/contracts';
import type { CompileOptions } from '../compile-options.js';
import type { CompiledBody, CompiledNode, CompiledRoute, CompiledTool, CompileResult } from '../model.js';
import type { Compilation } from './compilation.js';
import type { Reference } from './text.js';

/** Nodes that run together, with the references to nodes that stand outside: edges into the node around. */
export interface BodyResult extends CompiledBody {
  outside: Reference[];
}

/** What nodes refer to, and what compiles what they hold. */
export interface Surroundings {
  routes: ReadonlyMap<string, CompiledRoute>;
  tools: ReadonlyMap<string, CompiledTool>;
  /** Compiles the nodes that a node holds under `nodes`. */
  body(c: Compilation, holder: object): BodyResult;
  /** Compiles another graph. */
  graph(source: string, options: CompileOptions): CompileResult;
}

/** A node of a document: `container` is the mapping that holds it under its id. */
export interface NodePlace {
  container: Readonly<Record<string, Node>>;
  id: string;
  /** Position in the file among its siblings, from 0. */
  index: number;
}

/** What the parts of one node are compiled with. */
export interface Scoped {
  c: Compilation;
  id: string;
  container: NodePlace['container'];
  references: Reference[];
  around: Surroundings;
}

/** In `node` scope every reference is an edge. */
export const edges = (references: Reference[]) => ({
  scope: 'node' as const,
  onReference: (reference: Reference) => references.push(reference),
});

/** What a type of node adds to what all nodes have. */
export type Own<T> = T extends unknown ? Omit<T, keyof Common> : never;

export type Common = Omit<CompiledNode, 'type' | 'spec'> & { references: Reference[] };
