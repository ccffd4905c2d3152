import type { JsonObject } from '@rehearse/contracts';

export const FILE_PROBLEMS = [
  'graph/file-unavailable',
  'graph/file-missing',
  'graph/file-outside',
  'graph/file-too-large',
  'graph/file-not-text',
] as const;
export type FileProblem = (typeof FILE_PROBLEMS)[number];

export type FileAnswer = { ok: true; text: string } | { ok: false; code: FileProblem; message: string };

/** Reads a text by its path from the folder of the graph: `/` between the steps, never outside, never twice the same. */
export type ReadFile = (path: string) => FileAnswer;

/** The YAML of a graph, with what finds that which it refers to in its turn; `isAmbiguous` when there are several of the name. */
export type GraphAnswer =
  ({ ok: true; source: string } & CompileOptions) | { ok: false; message: string; isAmbiguous?: true };

/** A persona with the file that it names read, or why it cannot be used. */
export type PersonaAnswer =
  | { ok: true; persona: JsonObject }
  | { ok: false; code: 'graph/bad-persona' | 'graph/ambiguous-name'; message: string };

/** What a graph refers to and does not hold. Everything is looked up at once: compiling waits for nothing. */
export interface CompileOptions {
  /** Texts: prompts and data sets. Without it every reference to a file is refused. */
  files?: ReadFile;
  /** Another graph, by its name, `name@version` or path as a `graph` node writes it. */
  graphs?: (reference: string) => GraphAnswer;
  /** A persona by its name, beside those of the library. */
  personas?: (name: string) => PersonaAnswer | undefined;
  /** The graphs that this one is part of, outermost first, to find one that contains itself. */
  within?: readonly { name: string; source: string }[];
}
