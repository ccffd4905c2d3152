import type { Json } from '@rehearse/contracts';
import type { ScriptForm } from '../../assert/index.js';
import { programOf } from '../../assert/javascript.js';

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
  const why =
    strangeIn(written) ?? (isBody(written) && !/\breturn\b/.test(written) ? NEEDS_RETURN : undefined);
  return why === undefined ? { javascript: written } : { why };
}

/** Why an assertion `javascript` of promptfoo would say something else here; undefined when it says the same. */
export function otherwiseHere(written: string): string | undefined {
  const program = written.trimEnd();
  const strange = strangeIn(program);
  if (strange !== undefined) return strange;
  const form = formHere(program);
  if (form === null) return undefined;
  if (isBody(program)) return form === 'body' ? undefined : NEEDS_RETURN;
  const isOneThere =
    form === 'expression' || (form === 'statements' && /^\s*(const|let|var)\s/.test(program));
  return isOneThere ? undefined : 'on one line promptfoo takes it for an expression';
}

/** What the sandbox takes it for; null for what is no program, which is told where it is compiled. */
function formHere(program: string): ScriptForm | null {
  try {
    return programOf(program, ['value']).form;
  } catch {
    return null;
  }
}

const NEEDS_RETURN = 'over several lines it needs a `return`';

/** What it counts on that is not here, or is something else. */
function strangeIn(program: string): string | undefined {
  const code = program.replace(QUOTED, '""');
  const [outside] = OUTSIDE.exec(code) ?? [];
  if (outside !== undefined) return `it uses \`${outside}\`, which the sandbox does not have`;
  if (OTHER_CONTEXT.test(code)) return 'of the `context` there is only `context.vars`';
  return FUNCTION.test(code) ? 'it gives a function, and calls none' : undefined;
}

/** Texts and comments: what they say is not called. */
const QUOTED = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\/.*|\/\*[\s\S]*?\*\//g;

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
