/** What every node of a type keeps: its answer fits its `output`, it ends within its turns or iterations. */
export const NODE_CONTRACTS = ['output', 'max-turns', 'max-iterations'] as const;
export type NodeContract = (typeof NODE_CONTRACTS)[number];

/** A step that chaos hit finishes all the same, where its rule expects it. */
export const CHAOS_RECOVERS = 'chaos-recovers';

/** A contract of a graph with such a name would be taken for the one that is there anyway. */
export const isBuiltIn = (id: string): boolean =>
  id === CHAOS_RECOVERS || NODE_CONTRACTS.some((name) => name === id);
