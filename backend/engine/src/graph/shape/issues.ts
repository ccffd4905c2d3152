import { ASSERTION_TYPES, type Json } from '@rehearse/contracts';
import type { z } from 'zod';
import { closestName } from '../../expression/index.js';
import type { Path } from '../path.js';

type Issue = z.core.$ZodIssue;

/** A problem of the shape of a document, by path in it. */
export interface ShapeProblem {
  code: string;
  message: string;
  path: Path;
  /** Whether the key of the path's end is meant, or its value, or a key that is not there. */
  at: 'key' | 'value' | 'missing';
  suggestion?: () => string | undefined;
}

/** The document that issues are of. */
export interface Checked {
  /** What was found at the path that an issue names. */
  valueAt(path: Path): Json | undefined;
  /** What may stand there. */
  schemasAt(path: Path): readonly z.ZodType[];
}

/** What an issue of zod says in the words of the format; unions are told at the branch that was meant. */
export function shapeProblems(issue: Issue, checked: Checked): ShapeProblem[] {
  const path = issue.path as Path;
  const value = checked.valueAt(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'graph/unknown-key',
        message: `unknown key \`${key}\``,
        path: [...path, key],
        at: 'key',
      }));
    case 'invalid_union':
      return unionProblems(issue, checked);
    case 'invalid_key':
      return [{ ...bad(path, `\`${path.at(-1)}\` ${whyNoKey(issue.issues[0])}`), at: 'key' }];
    case 'invalid_type':
      return [
        value === undefined ? missing(path) : wrongType(path, { expected: [issue.expected], value, checked }),
      ];
    case 'invalid_value':
      return [
        value === undefined
          ? missing(path)
          : badChoice(path, { value, options: issue.values.map(String), checked }),
      ];
    case 'too_small':
    case 'too_big':
      return [bad(path, `must ${bounds(issue)}`)];
    case 'not_multiple_of':
      return [bad(path, `must be a multiple of ${issue.divisor}`)];
    default:
      return [otherProblem(issue, path, value)];
  }
}

function whyNoKey(issue: Issue | undefined): string {
  if (issue?.code === 'too_small' || issue?.code === 'too_big') return `must ${bounds(issue)}`;
  return issue?.message ?? 'is no name';
}

function otherProblem(issue: Issue, path: Path, value: Json | undefined): ShapeProblem {
  if (path.at(-1) === 'type' && issue.message === 'is not an assertion type')
    return badAssertion(path, String(value));
  const shown = typeof value === 'string' ? `${quote(value)} ` : '';
  return bad(path, `${shown}${issue.message}`);
}

function badAssertion(path: Path, type: string): ShapeProblem {
  const isInverted = type.startsWith('not-');
  const suggestion = () => {
    const near = closestName(isInverted ? type.slice('not-'.length) : type, ASSERTION_TYPES);
    return near && `did you mean \`${isInverted ? 'not-' : ''}${near}\`?`;
  };
  return { ...bad(path, `${quote(type)} is not an assertion type`), suggestion };
}

function unionProblems(issue: Extract<Issue, { code: 'invalid_union' }>, checked: Checked): ShapeProblem[] {
  const path = issue.path as Path;
  const value = checked.valueAt(path);
  const { options, errors } = issue as { options?: readonly unknown[]; errors: Issue[][] };
  if (value === undefined) return [missing(path)];
  if (errors.length === 0) return [badChoice(path, { value, options: (options ?? []).map(String), checked })];
  const fitting = errors.filter((branch) => !branch.some(isOtherType));
  if (fitting.length === 0)
    return [wrongType(path, { expected: errors.flatMap(expectedTypes), value, checked })];
  const best = fitting.reduce((left, right) => (cost(right) < cost(left) ? right : left));
  return best.flatMap((inner) => shapeProblems({ ...inner, path: [...path, ...inner.path] }, checked));
}

const isOtherType = (issue: Issue): boolean => issue.code === 'invalid_type' && issue.path.length === 0;

const expectedTypes = (branch: Issue[]): string[] =>
  branch.flatMap((issue) =>
    issue.code === 'invalid_type' && issue.path.length === 0 ? [issue.expected] : [],
  );

/** The branch with the least to mend is the one that was meant; ties go to the first. */
const cost = (branch: Issue[]): number => branch.reduce((sum, issue) => sum + costOf(issue), 0);

/** Who writes a `type` means it, and nobody forgets a `$ref`. */
const costOf = (issue: Issue): number =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.length
    : ['type', '$ref'].includes(String(issue.path.at(-1)))
      ? 2
      : 1;

const missing = (path: Path): ShapeProblem => ({
  code: 'graph/missing-key',
  message: `the key \`${path.at(-1)}\` is missing`,
  path,
  at: 'missing',
  suggestion: () => `add \`${path.at(-1)}\``,
});

const bad = (path: Path, message: string): ShapeProblem => ({
  code: 'graph/bad-value',
  message,
  path,
  at: 'value',
});

function badChoice(
  path: Path,
  { value, options, checked }: { value: Json; options: readonly string[]; checked: Checked },
): ShapeProblem {
  if (typeof value !== 'string') return wrongType(path, { expected: ['string'], value, checked });
  const message = `${quote(value)} is not a value of \`${path.at(-1)}\``;
  const suggestion = () => {
    const near = closestName(value, options);
    return near === undefined ? `one of ${options.join(', ')}` : `did you mean \`${near}\`?`;
  };
  return { ...bad(path, message), suggestion };
}

function wrongType(
  path: Path,
  { expected, value, checked }: { expected: readonly string[]; value: Json; checked: Checked },
): ShapeProblem {
  const words = [...new Set(expected.map((type) => TYPES[type] ?? type))];
  const wanted = words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words[0];
  const message = `expected ${wanted}, got ${wordFor(value)}`;
  const isBare = typeof value === 'number' || typeof value === 'boolean';
  const suggestion = () => {
    if (!isBare) return `write ${wanted} here`;
    const [asText, withUnit] = [`${value}`, `${value}s`];
    const schemas = checked.schemasAt(path);
    if (schemas.some((schema) => fits(schema, withUnit) && !fits(schema, asText)))
      return `write it with its unit, as in ${withUnit}`;
    return schemas.some((schema) => fits(schema, asText)) ? `quote it: "${value}"` : `write ${wanted} here`;
  };
  return { ...{ code: 'graph/wrong-type', message, path, at: 'value' }, suggestion };
}

const fits = (schema: z.ZodType, value: Json): boolean => schema.safeParse(value).success;

const TYPES: Readonly<Record<string, string>> = {
  ...{ string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', null: 'null' },
  ...{ object: 'a mapping', record: 'a mapping', array: 'a list' },
};

function wordFor(value: Json): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `the text ${quote(value)}` : String(value);
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

function bounds(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const isLeast = issue.code === 'too_small';
  const limit = isLeast ? issue.minimum : issue.maximum;
  const unit = UNITS[issue.origin] ?? '';
  if (unit === '') return `be ${limitWord(isLeast, issue.inclusive ?? true)} ${limit}`;
  return `have ${isLeast ? 'at least' : 'at most'} ${limit}${Number(limit) === 1 ? unit.replace(/ies$/, 'y').replace(/s$/, '') : unit}`;
}

const limitWord = (isLeast: boolean, isInclusive: boolean): string =>
  isLeast ? (isInclusive ? 'at least' : 'more than') : isInclusive ? 'at most' : 'less than';

/** Text for a message, shortened. */
const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
