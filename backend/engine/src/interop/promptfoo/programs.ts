import type { Json } from '@rehearse/contracts';

/** What promptfoo gives a program and the sandbox does not. */
const OUTSIDE =
  /\b(process|require|import|fetch|async|await|Promise|Buffer|URL|URLSearchParams|globalThis|console|setTimeout|setInterval|queueMicrotask|Date|crypto|Intl|structuredClone|TextEncoder|TextDecoder|btoa|atob|localeCompare|toLocale\w+|random)\b/;
/** Of the context only the variables are the same. */
const OTHER_CONTEXT = /\bcontext\b(?!\s*\??\.\s*vars\b)/;
const FUNCTION = /^\s*(?:async\b|function\b|\([^()]*\)\s*=>|[\w$]+\s*=>)/;

/** A `transform` of promptfoo as it can run in the sandbox with the same meaning; or why it cannot. */
export type ReadTransform = { javascript: string } | { why: string };

export function readTransform(written: Json): ReadTransform {
  if (typeof written !== 'string' || written.trim() === '') return { why: 'it is no program' };
  if (written.startsWith('file://')) return { why: 'it is a file' };
  if (written.includes('{{')) return { why: 'it holds a template' };
  const [outside] = OUTSIDE.exec(written) ?? [];
  if (outside !== undefined) return { why: `it uses \`${outside}\`, which the sandbox does not have` };
  if (OTHER_CONTEXT.test(written)) return { why: 'of the `context` there is only `context.vars`' };
  if (FUNCTION.test(written)) return { why: 'it gives a function, and calls none' };
  if (isBody(written) && !/\breturn\b/.test(written))
    return { why: 'over several lines it needs a `return`' };
  return { javascript: written };
}

/** To promptfoo several lines are the body of a function, and one is an expression. */
const isBody = (program: string): boolean => program.includes('\n');

const called = (program: string, on: string): string =>
  isBody(program) ? `((output) => {\n${program}\n})(${on})` : `((output) => (${program}\n))(${on})`;

/** What the one makes of the output goes into the other. */
export const chained = (first: string, second: string): string =>
  [
    `const made = ${called(first, 'output')};`,
    `if (made === null || made === undefined) throw new Error('the first transform gave nothing');`,
    `return ${called(second, 'made')};`,
  ].join('\n');
