import { canonicalJson } from '../journal/canonical.js';
import type { Evaluate, Finding, Unknown } from './rule.js';
import type { AssertionSubject } from './subject.js';

/** What a text assertion sees: the text, or the canonical JSON of anything else. */
export function outputText({ output }: AssertionSubject): string | undefined {
  if (output === null) return undefined;
  return typeof output === 'string' ? output : canonicalJson(output);
}

/** Runs a check of the output's text; without an output nothing can be said. */
export function onText(check: (text: string, subject: AssertionSubject) => Finding | Unknown): Evaluate {
  return (subject) => {
    const text = outputText(subject);
    return text === undefined ? { unknown: 'the run has no output' } : check(text, subject);
  };
}
