import type { AssertionSpec, Json } from '@rehearse/contracts';
import { FunctionExpressionType, JSONPathEnvironment, type FilterFunction } from 'json-p3';
import { compileRegex, type SafeRegex, type Scope } from '../../expression/index.js';
import { canonicalJson } from '../../journal/canonical.js';
import { onText } from '../output-text.js';
import type { CompileRule, Finding, Unknown } from '../rule.js';
import { BadAssertion, badValue, clip, excerpt, isMap, onlyKeys } from '../rule.js';
import { isUnknown, valueTemplate, type ValueTemplate } from '../value-template.js';
import { problemsOf, schemaOf } from './json.js';

/** `match()` and `search()` of RFC 9535, in time linear in the text. A pattern that RE2 cannot take matches nothing. */
class LinearRegex implements FilterFunction {
  readonly argTypes = [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType];
  readonly returnType = FunctionExpressionType.LogicalType;
  readonly #known = new Map<string, SafeRegex | undefined>();

  constructor(private readonly around: (pattern: string) => string) {}

  call(text: unknown, pattern: unknown): boolean {
    if (typeof text !== 'string' || typeof pattern !== 'string') return false;
    return this.#regex(pattern)?.test(text) ?? false;
  }

  #regex(pattern: string): SafeRegex | undefined {
    if (!this.#known.has(pattern)) {
      if (this.#known.size >= MOST_PATTERNS) this.#known.clear();
      const regex = compileRegex(this.around(pattern));
      this.#known.set(pattern, 'test' in regex ? regex : undefined);
    }
    return this.#known.get(pattern);
  }
}

const MOST_PATTERNS = 100;
const environment = new JSONPathEnvironment({ maxRecursionDepth: 200 });
environment.functionRegister.set('match', new LinearRegex((pattern) => `^(?:${pattern})$`));
environment.functionRegister.set('search', new LinearRegex((pattern) => pattern));

const MOST_QUERY = 1_000;

function compileQuery(path: string): ReturnType<JSONPathEnvironment['compile']> {
  if (path.length > MOST_QUERY)
    return badValue(`the path is longer than ${MOST_QUERY} characters`, ['value', 'path']);
  for (const [, quoted] of path.matchAll(PATTERN)) {
    const regex = compileRegex(quoted!.slice(1, -1));
    if (!('test' in regex)) throw refused(quoted!, regex.reason);
  }
  try {
    return environment.compile(path);
  } catch (error) {
    return badValue(`no JSONPath: ${error instanceof Error ? error.message : String(error)}`, [
      'value',
      'path',
    ]);
  }
}

/** The literal pattern of a `match` or `search`. */
const PATTERN = /\b(?:match|search)\s*\([^'"]{0,500}?,\s*('[^'\\]*'|"[^"\\]*")\s*\)/g;

function refused(pattern: string, reason: string): BadAssertion {
  const message = `${pattern} is no regular expression that can be used: ${reason}`;
  return new BadAssertion([{ code: 'assertion/regex', severity: 'error', message, path: ['value', 'path'] }]);
}

interface PathRule {
  path: string;
  /** What is asked of the values that the path selects, in words, and whether they fit. */
  verb(expected: Json): string;
  expected: Json;
  template?: ValueTemplate;
  holds(selected: readonly Json[], expected: Json): boolean;
}

/**
 * `$.a`: the path selects something. `{path, exists: false}`: it selects nothing. `{path, equals}`: it selects this value.
 * `{path, schema}`: it selects something, and each fits the JSON Schema.
 */
function pathRuleOf({ value }: AssertionSpec, scope: Scope): PathRule {
  const long = typeof value === 'string' ? { path: value } : value;
  if (!isMap(long)) return badValue('the value must be a JSONPath, or {path, equals, schema, exists}');
  onlyKeys(long, ['path', 'equals', 'schema', 'exists']);
  const { path, ...rest } = long;
  if (typeof path !== 'string' || path === '')
    return badValue('must be a JSONPath, as in $.items[0].id', ['value', 'path']);
  if (Object.keys(rest).length > 1) return badValue('only one of equals, schema and exists can be asked');
  if (rest['equals'] !== undefined) return equalsRule(path, rest['equals'], scope);
  if (rest['schema'] !== undefined) {
    const schema = schemaOf(rest['schema'], ['value', 'schema'])!;
    const holds: PathRule['holds'] = (selected) =>
      selected.length > 0 && selected.every((item) => problemsOf(item, schema).length === 0);
    return { path, verb: () => 'fit its schema', expected: rest['schema'], holds };
  }
  const exists = rest['exists'] ?? true;
  if (typeof exists !== 'boolean') return badValue('must be true or false', ['value', 'exists']);
  return {
    path,
    verb: () => (exists ? 'exist' : 'be absent'),
    expected: exists,
    holds: (selected) => selected.length > 0 === exists,
  };
}

function equalsRule(path: string, equals: Json, scope: Scope): PathRule {
  const isSame = (left: Json, right: Json) => canonicalJson(left) === canonicalJson(right);
  return {
    ...{ path, expected: equals, template: valueTemplate(scope, equals, ['value', 'equals']) },
    verb: (expected) => `equal ${clip(canonicalJson(expected))}`,
    // Of several values the list is meant, or each of them.
    holds: (selected, expected) =>
      (selected.length > 1 && isSame([...selected], expected)) ||
      (selected.length > 0 && selected.every((item) => isSame(item, expected))),
  };
}

const jsonPath: CompileRule = (spec, { scope }) => {
  const rule = pathRuleOf(spec, scope);
  const query = compileQuery(rule.path);
  return {
    ...rule.template,
    evaluate: onText((text, subject): Finding | Unknown => {
      const document = typeof subject.output === 'string' ? parsed(text) : { json: subject.output! };
      if (isTooMuch(rule.path, text)) return { unknown: 'the path visits too much of a text of this size' };
      const rendered = rule.template?.render(subject) ?? { value: rule.expected };
      if (isUnknown(rendered)) return rendered;
      const expected = rendered.value;
      if (!document)
        return finding(rule, { expected, selected: [], holds: false, got: `no JSON: ${clip(text)}` });
      const selected = query.query(document.json).values() as Json[];
      const shown =
        selected.length === 0
          ? 'nothing'
          : clip(canonicalJson(selected.length === 1 ? selected[0] : selected));
      return finding(rule, { expected, selected, holds: rule.holds(selected, expected), got: shown });
    }),
  };
};

interface Selection {
  expected: Json;
  selected: Json[];
  holds: boolean;
  got: string;
}

const finding = ({ path, verb }: PathRule, { expected, selected, holds, got }: Selection): Finding => ({
  holds,
  claim: [path, verb(expected)],
  got,
  evidence: { expected, actual: excerpt(canonicalJson(selected)) },
});

/** A descent below a descent, or a query in a filter, may visit each value for each value. */
function isTooMuch(path: string, text: string): boolean {
  const query = path.replace(QUOTED, '');
  const descents = query.split('..').length - 1;
  const filter = query.indexOf('?');
  const hasInnerQuery = filter >= 0 && /\.\.|\*|\$/.test(query.slice(filter));
  const power = Math.max(1, descents) + (hasInnerQuery ? 1 : 0);
  // A value takes two characters at least, with what separates it from the next.
  return power > 1 && (text.length / 2) ** power > MOST_VISITS;
}

const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;
const MOST_VISITS = 50_000_000;

function parsed(text: string): { json: Json } | undefined {
  try {
    return { json: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}

/** JSONPath (RFC 9535) into the output. */
export const JSON_PATH_RULES: Readonly<Record<string, CompileRule>> = { 'json-path': jsonPath };
