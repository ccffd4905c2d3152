/** US dollars; null where nobody knows what something cost. */
export type Cost = number | null;

/** What an answer cost: one that does not say it has a cost that is not known, which is not the same as none. */
export const costOf = ({ costUsd }: { costUsd?: number | undefined }): Cost => costUsd ?? null;

/** What is not known makes the whole unknown. */
export const addCosts = (a: Cost, b: Cost): Cost => (a === null || b === null ? null : a + b);
