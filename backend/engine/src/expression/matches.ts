import type { SafeRegex } from './regex.js';
import { compileRegex } from './regex.js';
import type { Part, Site, Step, SyntaxNode } from './site.js';
import { fail, sizeOf } from './site.js';
import type { Frame, Value } from './value.js';
import { describe, typeOf } from './value.js';

/**
 * `text.matches(pattern)`: whether any part of the text matches, in time linear in the text. A literal pattern is
 * compiled once and refused at upload; one that is computed is compiled when it is first seen.
 */
export function compileMatches(node: SyntaxNode, args: readonly SyntaxNode[], site: Site): Part {
  const [text, pattern] = args.map((arg) => site.operand(arg)) as [Part, Part];
  site.expect(text, args[0]!, ['string']);
  site.expect(pattern, args[1]!, ['string']);
  const regexOf = patternStep(args[1]!, pattern.run, site);
  const runText = text.run;
  return {
    run: (frame) => {
      const subject = runText(frame);
      if (subject === null && site.isNullTolerant) return false;
      if (typeof subject !== 'string') return wrong('the text', subject);
      // The automaton reads about ten characters in the time of one visit of a syntax node.
      frame.spend(subject.length >> 1);
      return regexOf(frame)?.test(subject) ?? false;
    },
    type: 'bool',
    size: sizeOf(text, pattern),
  };
}

const wrong = (what: string, value: Value): never =>
  fail('expression/type', `matches: ${what} must be a string, not ${describe(typeOf(value))}`);

/** Compiling a pattern costs about as much as this many visits. */
const COMPILE_WORK = 1_000;

function patternStep(node: SyntaxNode, run: Step, site: Site): (frame: Frame) => SafeRegex | undefined {
  if (node.op === 'value' && typeof node.args === 'string') {
    const regex = compileRegex(node.args);
    if ('test' in regex) return () => regex;
    site.report(node, { code: 'expression/regex', message: regex.reason });
  }
  let last: { pattern: string; regex: SafeRegex } | undefined;
  return (frame) => {
    const pattern = run(frame);
    if (pattern === null && site.isNullTolerant) return undefined;
    if (typeof pattern !== 'string') return wrong('the pattern', pattern);
    if (last?.pattern === pattern) return last.regex;
    frame.spend(COMPILE_WORK);
    const regex = compileRegex(pattern);
    if (!('test' in regex)) return fail('expression/regex', `matches: ${regex.reason}`);
    last = { pattern, regex };
    return regex;
  };
}
