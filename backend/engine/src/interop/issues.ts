import type { Json, JsonObject } from '@rehearse/contracts';
import type { z } from 'zod';
import { formatPath, type Path } from '../graph/path.js';
import type { ImportProblem } from './recording.js';

/** The issues of a record as problems; `at` is where the record stands. */
export function recordProblems(
  issues: readonly z.core.$ZodIssue[],
  at: { path: Path; line?: number; record: Json },
): ImportProblem[] {
  const line = at.line === undefined ? {} : { line: at.line };
  return issues.map((issue) => {
    const inner = deepest(issue);
    const path = inner.path as Path;
    const isMissing = inner.code === 'invalid_type' && valueAt(at.record, path) === undefined;
    const message = isMissing ? `the key \`${String(path.at(-1) ?? '')}\` is missing` : messageOf(inner);
    const suggestion = isMissing
      ? 'check that this is a file of the format that was given'
      : 'mend or remove this record';
    return {
      code: isMissing ? 'import/missing-key' : 'import/bad-value',
      ...line,
      path: formatPath([...at.path, ...path]),
      message,
      suggestion,
    };
  });
}

/** Of a union, the problem in the branch that came nearest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const depth = (branch: z.core.$ZodIssue[]) => Math.max(...branch.map(({ path }) => path.length));
  const nearest = issue.errors.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best));
  const [first] = nearest;
  return first && first.path.length > 0 ? deepest({ ...first, path: [...issue.path, ...first.path] }) : issue;
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return `must be ${WORDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_union') return `must be ${branchWords(issue.errors)}`;
  if (issue.code === 'too_small') return `must ${bound(issue.origin)} at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must ${bound(issue.origin)} at most ${issue.maximum}`;
  return issue.message;
}

/** Of a list or text the count is bounded, of a number its value. */
const bound = (origin: string): string =>
  origin === 'array' || origin === 'string' ? 'have a length of' : 'be';

function branchWords(branches: readonly z.core.$ZodIssue[][]): string {
  const types = branches.flat().flatMap((issue) => (issue.code === 'invalid_type' ? [issue.expected] : []));
  return [...new Set(types.map((type) => WORDS[type] ?? type))].join(' or ');
}

const WORDS: Readonly<Record<string, string>> = {
  ...{
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  },
};

function valueAt(record: Json, path: Path): Json | undefined {
  let value: Json | undefined = record;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as JsonObject)[step];
  }
  return value;
}
