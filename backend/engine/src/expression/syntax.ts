import { Environment, ParseError } from '@marcbachmann/cel-js';
import type { ExpressionIssue } from './issue.js';
import type { SyntaxNode } from './site.js';

/** The longest source of one expression, in UTF-16 code units. */
export const MAX_SOURCE = 10_000;
const LIMITS = {
  ...{
    maxAstNodes: 2_000,
    maxDepth: 100,
    maxListElements: 1_000,
    maxMapEntries: 1_000,
    maxCallArguments: 32,
  },
};

/** Only the parser of the library is used, see compile.ts; it depends on nothing else of the environment. */
const environment = new Environment({ enableOptionalTypes: true, limits: LIMITS });

/** The syntax tree of a CEL expression, or why there is none. */
export function parse(source: string): SyntaxNode | ExpressionIssue {
  if (source.length > MAX_SOURCE) {
    return issueAt(
      { start: 0, end: source.length },
      'expression/limit',
      `the expression is longer than ${MAX_SOURCE} characters`,
    );
  }
  if (source.trim() === '')
    return issueAt({ start: 0, end: source.length }, 'expression/syntax', 'the expression is empty');
  const surrogate = source.search(/\p{Surrogate}/u);
  if (surrogate >= 0) {
    return issueAt({ start: surrogate, end: surrogate + 1 }, 'expression/syntax', 'half of a character');
  }
  try {
    return environment.parse(source).ast;
  } catch (error) {
    return issueOf(error, source);
  }
}

const issueAt = (
  at: { start: number; end: number },
  code: ExpressionIssue['code'],
  message: string,
): ExpressionIssue => ({ code, severity: 'error', message, offset: at.start, length: at.end - at.start });

function issueOf(error: unknown, source: string): ExpressionIssue {
  const whole = { start: 0, end: source.length };
  // The recursion of the parser ends in a RangeError where a chain of signs is thousands long.
  if (!(error instanceof ParseError))
    return issueAt(whole, 'expression/limit', 'the expression is nested too deeply');
  const { start, end } = error.range ?? whole;
  const at = {
    start: Math.min(start, source.length),
    end: Math.min(Math.max(end, start + 1), source.length),
  };
  if (error.code === 'limit_exceeded') return issueAt(at, 'expression/limit', limitMessage(error.summary));
  return { ...issueAt(at, 'expression/syntax', readable(error.summary)), ...hintFor(source, at.start) };
}

function limitMessage(summary: string): string {
  return /maxDepth/.test(summary)
    ? 'the expression is nested too deeply'
    : `the expression is too large: ${summary.replace('Exceeded ', 'more than the allowed ')}`;
}

const TOKENS: Readonly<Record<string, string>> = {
  ...{ EOF: 'the end', NUMBER: 'a number', STRING: 'a string', BOOLEAN: 'a bool', NULL: '`null`' },
  ...{ IDENTIFIER: 'a name', PLUS: '`+`', MINUS: '`-`', MULTIPLY: '`*`', DIVIDE: '`/`', MODULO: '`%`' },
  ...{ EQ: '`==`', NE: '`!=`', LT: '`<`', LE: '`<=`', GT: '`>`', GE: '`>=`', AND: '`&&`', OR: '`||`' },
  ...{ NOT: '`!`', IN: '`in`', LPAREN: '`(`', RPAREN: '`)`', LBRACKET: '`[`', RBRACKET: '`]`' },
  ...{ LBRACE: '`{`', RBRACE: '`}`', DOT: '`.`', COMMA: '`,`', COLON: '`:`', QUESTION: '`?`' },
};

/** The parser names its tokens; people know them by their looks. */
function readable(summary: string): string {
  const macro = /^(\w+)\(.*iteration variable$/.exec(summary);
  if (macro) return `the first argument of \`${macro[1]}\` must be a name, as in list.${macro[1]}(item, …)`;
  const text = summary.replace(/\b[A-Z]{2,}\b/g, (token) => TOKENS[token] ?? token);
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Habits from other languages, at the place where the parser stopped. */
const HABITS: readonly [RegExp, string][] = [
  [/^=(?!=)/, 'compare with =='],
  [/^&(?!&)|^and\b/i, 'write && for "and"'],
  [/^\|(?!\|)|^or\b/i, 'write || for "or"'],
  [/^not\b/i, 'write ! for "not"'],
  [/^`/, 'write strings in double or single quotes'],
];

function hintFor(source: string, offset: number): { suggestion?: string } {
  const rest = source.slice(offset);
  const habit = HABITS.find(([pattern]) => pattern.test(rest));
  return habit ? { suggestion: habit[1] } : {};
}
