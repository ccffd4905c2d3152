import { canonicalJson } from '../journal/canonical.js';
import type { Answer } from './ask.js';
import type { Evaluate, Finding, Needs, Unknown } from './rule.js';
import type { AssertionSubject } from './subject.js';

/** What a text assertion sees: the text, or the canonical JSON of anything else. */
export function outputText({ output }: Pick<AssertionSubject, 'output'>): string | undefined {
  if (output === null) return undefined;
  return typeof output === 'string' ? output : canonicalJson(output);
}

type CheckText = (
  text: string,
  subject: AssertionSubject,
  answers: readonly (Answer | undefined)[],
) => Finding | Unknown | Needs;

/** Runs a check of the output's text; without an output nothing can be said. */
export function onText(check: CheckText): Evaluate {
  return (subject, answers) => {
    const text = outputText(subject);
    return text === undefined ? { unknown: 'the run has no output' } : check(text, subject, answers);
  };
}
