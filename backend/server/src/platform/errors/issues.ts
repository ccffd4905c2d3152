/** An issue as the Standard Schema interface has it, with what zod adds for some of them. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  /** Of fields that nobody knows. */
  readonly keys?: readonly string[];
  /** Of a value of the wrong type. */
  readonly expected?: string;
  /** Of a union, why each of its forms does not fit … */
  readonly errors?: readonly (readonly SchemaIssue[])[];
  /** … or what the field may say that tells the forms apart. */
  readonly options?: readonly unknown[];
}

export interface Entry {
  path: string;
  message: string;
}

/** What does not fit, and where: in words for whoever sent it. */
export function entriesOf(issue: SchemaIssue, below: readonly string[] = []): Entry[] {
  const own = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  const path = [...below, ...own];
  if (issue.code === 'unrecognized_keys' && issue.keys)
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'there is no such field' }));
  if (issue.code === 'invalid_union' && issue.errors?.length) return entriesOfForms(issue.errors, path);
  const subject = path.length === 0 && issue.code === 'invalid_type' ? 'the body ' : '';
  return [{ path: path.join('.'), message: `${subject}${readable(issue)}` }];
}

/** Of several forms, the one that comes nearest is what was meant; a value of no form's type is told the types. */
function entriesOfForms(forms: readonly (readonly SchemaIssue[])[], path: readonly string[]): Entry[] {
  const alike = forms.filter((issues) => !issues.some(isOfType));
  const nearest = alike.toSorted((a, b) => a.length - b.length)[0];
  if (nearest) return nearest.flatMap((issue) => entriesOf(issue, path));
  const issues = forms.flatMap((form) => form.filter(isOfType));
  const wanted = [...new Set(issues.map(({ expected = '' }) => TYPES[expected] ?? expected))].join(' or ');
  return [{ path: path.join('.'), message: worded(wanted, issues[0]!) }];
}

/** The value itself is of another type, nothing within it. */
const isOfType = ({ code, path = [] }: SchemaIssue): boolean => code === 'invalid_type' && path.length === 0;

/** Other rules speak for themselves. */
function readable(issue: SchemaIssue): string {
  const { code, expected, options, message } = issue;
  if (code === 'invalid_union' && options) return mustBeOneOf(options);
  if (code !== 'invalid_type' || expected === undefined) return message;
  return worded(TYPES[expected] ?? expected, issue);
}

function worded(wanted: string, { expected, message }: SchemaIssue): string {
  const received = /received (\w+)$/.exec(message)?.[1];
  if (received === 'undefined') return `is missing; it must be ${wanted}`;
  const saysMore = received !== undefined && received !== 'NaN' && expected !== 'int';
  return saysMore ? `must be ${wanted}, not ${TYPES[received] ?? received}` : `must be ${wanted}`;
}

/** zod has undefined, or null for it, among them where the field may be left out. */
function mustBeOneOf(options: readonly unknown[]): string {
  const named = options.filter((option) => option !== undefined && option !== null);
  const mayBeLeftOut = named.length < options.length ? ', or be left out' : '';
  return `must be one of ${named.map(String).join(', ')}${mayBeLeftOut}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};
