import type { Json, JsonObject } from '@rehearse/contracts';
import type { ScriptAsk, ScriptForm } from './ask.js';
import type { AssertionIssue, CompileRule, Finding, Unknown } from './rule.js';
import {
  BadAssertion,
  badValue,
  clip,
  excerpt,
  isMap,
  quote,
  reaches,
  rounded,
  scoreThreshold,
} from './rule.js';
import type { AssertionSubject } from './subject.js';

/** The longest program that is taken. */
const MOST_SOURCE = 50_000;

type Path = AssertionIssue['path'];

/** A program as it is written; `path` says where, for what is wrong with it. */
export interface Program {
  source: string;
  form: ScriptForm;
}

/** Reads a program. Throws {@link BadAssertion}. */
export function programOf(value: Json | undefined, path: Path): Program {
  const at = path.join('.');
  if (typeof value !== 'string' || value.trim() === '') return badValue(`the ${at} must be JavaScript`, path);
  if (value.length > MOST_SOURCE)
    return badValue(`the program is longer than ${MOST_SOURCE} characters`, path);
  if (value.startsWith('file:'))
    return badValue('programs are not read from files', path, 'write the program here');
  return { source: value, form: formOf(value, path) };
}

/** The program, with all that it may see of what is checked. */
export function askOf(program: Program, subject: AssertionSubject): ScriptAsk {
  const { output, bindings } = subject;
  const run = isMap(bindings['run']) ? bindings['run']['seed'] : 0;
  const seed = typeof run === 'number' ? run : 0;
  const context = contextOf(program.source, subject);
  return { kind: 'script', language: 'javascript', ...program, bindings: { output, context }, seed };
}

/** Only parsed here, never run: a function that is made from the text and thrown away. */
function problemOf(parameters: string, body: string): string | undefined {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the parser that every JavaScript engine brings; nothing is called
    new Function(parameters, `'use strict'; ${body}`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function formOf(source: string, path: Path): ScriptForm {
  if (problemOf('output, context', `return (${source}\n)`) === undefined) return 'expression';
  const problem = problemOf('output, context', source);
  if (problem === undefined) return /\breturn\b/.test(source) ? 'body' : 'statements';
  const issue = {
    code: 'assertion/javascript',
    severity: 'error' as const,
    message: problem,
    path,
  };
  throw new BadAssertion([{ ...issue, suggestion: 'write an expression, or a function body with `return`' }]);
}

/** What a program that never speaks of it is not given: it would only be carried about. */
const contextOf = (source: string, { bindings, text, toolCalls }: AssertionSubject): Json => {
  if (!/context|arguments|eval/.test(source)) return null;
  const { output: _, memory = {}, ...rest } = bindings;
  // What a program is given is part of what was asked: agents without a memory add nothing to it.
  const remembered: JsonObject = isMap(memory) && Object.keys(memory).length > 0 ? { memory } : {};
  return { ...rest, ...remembered, text, toolCalls: toolCalls as unknown as Json };
};

/**
 * A program that sees `output` and `context {vars, nodes, toolCalls, …}` and gives true or false, a score, or `{pass, score, reason}`;
 * a score has to reach the threshold, or be more than 0 without one. As in promptfoo, except that a program that throws tells
 * nothing of the agent: it is errored.
 */
const javascript: CompileRule = (spec) => {
  const program = programOf(spec.value, ['value']);
  const least = spec.threshold === undefined ? undefined : scoreThreshold(spec, 0);
  return {
    mayAsk: true,
    evaluate: (subject, [answer]) => {
      const { output } = subject;
      if (!answer) return { asks: [askOf(program, subject)] };
      if (!answer.ok) return { unknown: answer.error.message };
      const said = readResult(answer.value, least);
      if ('unknown' in said) return said;
      return {
        ...said,
        claim: [quote(program.source), least === undefined ? 'hold' : `give at least ${least}`],
        evidence: { expected: program.source, actual: excerptOf(output) },
      };
    },
  };
};

const excerptOf = (output: Json): Json => (typeof output === 'string' ? excerpt(output) : output);

type Said = Pick<Finding, 'holds' | 'score' | 'got'>;

function readResult(value: Json, least: number | undefined): Said | Unknown {
  if (typeof value === 'boolean') return { holds: value, score: Number(value), got: String(value) };
  if (typeof value === 'number')
    return { holds: reaches(value, least), score: bounded(value), got: rounded(value) };
  if (!isMap(value) || typeof value['pass'] !== 'boolean')
    return {
      unknown: `the program gave ${clip(JSON.stringify(value))}, not true, false, a score or {pass, score, reason}`,
    };
  const { pass, score = Number(pass), reason } = value;
  if (typeof score !== 'number') return { unknown: 'the `score` that the program gave is no number' };
  const got = `${String(pass)}, score ${rounded(score)}${typeof reason === 'string' && reason !== '' ? `: ${clip(reason)}` : ''}`;
  return { holds: pass && (least === undefined || score >= least), score: bounded(score), got };
}

const bounded = (score: number): number => Math.min(1, Math.max(0, score));

/** Programs in the sandbox. */
export const JAVASCRIPT_RULES: Readonly<Record<string, CompileRule>> = { javascript };
