import type { AssertionSpec, Json, JsonObject, Severity } from '@rehearse/contracts';
import type { Scope } from '../expression/index.js';
import type { Answer, Ask } from './ask.js';
import type { AssertionSubject } from './subject.js';

/** What is wrong with an assertion as it is written; `path` leads from the assertion to the place. */
export interface AssertionIssue {
  /** An assertion's own (`assertion/…`), or that of an expression, template or schema within it. */
  code: string;
  severity: 'error' | 'warning';
  message: string;
  path: readonly (string | number)[];
  /** Where in the string at `path`, when it holds an expression or template. */
  offset?: number;
  length?: number;
  suggestion?: string;
}

/** What was expected and what was there, as JSON for people to compare. */
export type Evidence = { expected: Json; actual: Json };

/** `failed`: the agent misbehaved. `errored`: we could not tell. */
export interface AssertionResult {
  type: string;
  verdict: 'passed' | 'failed' | 'errored';
  /** From 0 to 1; 0 when errored. */
  score: number;
  /** A sentence with what was expected and what was there. */
  reason: string;
  evidence?: Evidence;
  metric?: string;
  severity: Severity;
  /** 0: reported, not counted. */
  weight: number;
}

/** What a rule found, before `not-` turns it round. */
export interface Finding {
  holds: boolean;
  /** From 0 to 1; when it is left out, 1 or 0 as the rule holds or not. */
  score?: number;
  /** Completes "expected …": `['the text', 'contain "refund"']` makes "expected the text to contain "refund"". */
  claim: readonly [subject: string, verb: string];
  got: string;
  evidence: Evidence;
  /** A longer run could not have changed `holds`. */
  isFinal?: boolean;
}

/** Why nothing can be said. */
export type Unknown = { unknown: string };

/** What has to be asked first: all asks so far, in the order of their making. */
export type Needs = { asks: readonly Ask[] };

/** The answers stand at the places of their asks; undefined where there is none yet. */
export type Evaluate = (
  subject: AssertionSubject,
  answers: readonly (Answer | undefined)[],
) => Finding | Unknown | Needs;

/** A rule, ready to run, with the nodes that its expressions name. */
export interface CompiledRule {
  evaluate: Evaluate;
  nodeReferences?: readonly string[];
  warnings?: readonly AssertionIssue[];
  /** It may need answers. */
  mayAsk?: true;
  /** Loads what the rule needs; to be awaited before it is evaluated. */
  prepare?: () => Promise<unknown>;
}

/** The routes that assertions ask, by what they are asked for; empty where the graph has none for it. */
export interface Routes {
  judge: string;
  embedding: string;
}

export interface RuleContext {
  /** Without `not-`. */
  type: string;
  /** The assertion is written with `not-`. */
  isNegated: boolean;
  routes: Routes;
  /** What its expressions and templates may name. */
  scope: Scope;
}

/** Reads an assertion of one type. Throws {@link BadAssertion} for what is wrong with it. */
export type CompileRule = (spec: AssertionSpec, context: RuleContext) => CompiledRule;

/** Thrown by rules while they are compiled; it never leaves this folder. */
export class BadAssertion extends Error {
  constructor(readonly issues: readonly AssertionIssue[]) {
    super(issues.map(({ message }) => message).join('; '));
  }
}

export function badValue(
  message: string,
  path: AssertionIssue['path'] = ['value'],
  suggestion?: string,
): never {
  const issue = { code: 'assertion/bad-value', severity: 'error' as const, message, path };
  throw new BadAssertion([suggestion === undefined ? issue : { ...issue, suggestion }]);
}

export const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A key that is not known is a slip that would silently change what is asserted. */
export function onlyKeys(value: JsonObject, known: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      badValue(`unknown key \`${key}\`; there are ${known.join(', ')}`, ['value', key]);
  }
}

/** The threshold as a number; a negative or unreadable one is refused. */
export function thresholdOf(spec: AssertionSpec, otherwise: number): number {
  const { threshold } = spec;
  if (threshold === undefined) return otherwise;
  if (typeof threshold !== 'number') badValue('the threshold must be a number', ['threshold']);
  return threshold < 0 ? badValue('the threshold must not be negative', ['threshold']) : threshold;
}

/** A threshold that a score from 0 to 1 is compared with. */
export function scoreThreshold(spec: AssertionSpec, otherwise: number): number {
  const threshold = thresholdOf(spec, otherwise);
  return threshold > 1 ? badValue('the threshold must lie between 0 and 1', ['threshold']) : threshold;
}

/** Whether a score is enough: it reaches the threshold, or is more than 0 without one. */
export const reaches = (score: number, least: number | undefined): boolean =>
  least === undefined ? score > 0 : score >= least;

const QUOTED = 120;

/** A text for a sentence: shortened, on one line. */
export function clip(text: string): string {
  return (text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text).replace(/\s+/g, ' ');
}

/** A text for a sentence, in quotes. */
export const quote = (text: string): string => `"${clip(text)}"`;

const EVIDENCE = 4_000;

/** A text for evidence: whole unless it is very long. */
export const excerpt = (text: string): string =>
  text.length > EVIDENCE ? `${text.slice(0, EVIDENCE)}…` : text;

/** A score for a sentence. */
export const rounded = (score: number): string => String(Math.round(score * 1_000) / 1_000);
