import { arePlain } from '@rehearse/adapters';
import type { CompiledGraph } from '@rehearse/engine';

const SQL = /"type":"(not-)?is-sql"/;
const PROGRAM = /javascript/;

/** Whether an assertion of the graph has something worked out that is not worked out where it stands. */
export async function needsSandbox({ document }: CompiledGraph): Promise<boolean> {
  const text = JSON.stringify(document);
  if (SQL.test(text)) return true;
  return PROGRAM.test(text) && !(await arePlain([...programsIn(document)]));
}

/** The `value` of each assertion of the type, and each `transform: {javascript: …}`. */
function* programsIn(part: unknown): Generator<string> {
  if (typeof part !== 'object' || part === null) return;
  const { type, value, javascript } = part as Readonly<Record<string, unknown>>;
  if (/^(not-)?javascript$/.test(String(type)) && typeof value === 'string') yield value;
  if (typeof javascript === 'string') yield javascript;
  for (const inner of Object.values(part)) yield* programsIn(inner);
}

const SQL_WRITTEN = /\btype["']?\s*:\s*["']?(not-)?is-sql\b/;
const PROGRAM_WRITTEN = /\bjavascript\b/;
/** Functions, patterns, and lines that begin a loop or another block. */
const MORE_THAN_PLAIN = /=>|\bfunction\b|\.(test|match|matchAll)\(|^\s*(for|while|try|switch)\b.*[({]\s*$/m;

/** The same as a guess, from the source of a graph, before anything is known of it. */
export const looksLikeSandbox = (source: string): boolean =>
  SQL_WRITTEN.test(source) || (PROGRAM_WRITTEN.test(source) && MORE_THAN_PLAIN.test(source));
