import type { GraphDocument } from '@rehearse/contracts';

/** A graph for a kind of task, complete and offline. */
export interface Template {
  name: string;
  /** Each word that a description has counts once. */
  words: RegExp;
  /** `about` is the description, in which nothing is a template. */
  graph(about: string): Omit<GraphDocument, 'apiVersion' | 'kind' | 'name' | 'description'>;
}

/** The schema of vars that are all texts. */
export const textInputs = (...names: string[]) => ({
  type: 'object',
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});

/** A route that asks a mock script of the same name. */
export const mockRoute = (script: string) => ({
  [script]: { targets: [{ provider: 'mock' as const, script }] },
});
