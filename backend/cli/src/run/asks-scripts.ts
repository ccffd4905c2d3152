import type { CompiledGraph } from '@rehearse/engine';

const TYPES = /"type":"(not-)?(javascript|is-sql)"|"transform":\{"javascript":/;

/** Whether it looks as if an assertion of the graph had something worked out in the sandbox. */
export const asksScripts = ({ document }: CompiledGraph): boolean => TYPES.test(JSON.stringify(document));

const WRITTEN = /\btype["']?\s*:\s*["']?(not-)?(javascript|is-sql)\b/;

/** The same, from the source of a graph, before anything is known of it. */
export const looksLikeScripts = (source: string): boolean => WRITTEN.test(source);
