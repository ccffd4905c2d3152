import { RE2JS } from 're2js';

/** A pattern that runs in time linear in the text, whatever the pattern. */
export interface SafeRegex {
  /** Whether any part of the text matches. */
  test(text: string): boolean;
}

/** The longest pattern that is compiled. */
const MAX_PATTERN = 2_000;

/**
 * Compiles a regular expression in RE2 syntax (no look-around, no back-references: those cannot run in linear time).
 * Answers the reason when it is refused. `flags`: `i` ignores case.
 */
export function compileRegex(pattern: string, flags: '' | 'i' = ''): SafeRegex | { reason: string } {
  if (pattern.length > MAX_PATTERN) return { reason: `the pattern is longer than ${MAX_PATTERN} characters` };
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), flags === 'i' ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    return { reason: reasonOf(error, pattern) };
  }
}

const LOOK_AROUND = /\(\?<?[=!]/;
const BACK_REFERENCE = /\\[1-9]|\\k</;

function reasonOf(error: unknown, pattern: string): string {
  const message = (error instanceof Error ? error.message : String(error)).replace(
    'error parsing regexp: ',
    '',
  );
  if (LOOK_AROUND.test(pattern)) return `look-around is not supported (${message})`;
  if (BACK_REFERENCE.test(pattern)) return `back-references are not supported (${message})`;
  return message;
}
