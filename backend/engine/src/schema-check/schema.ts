import type { Json, JsonObject } from '@rehearse/contracts';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compileRegex } from '../expression/index.js';
import { canonicalJson } from '../journal/canonical.js';
import { FORMATS } from './formats.js';
import type { SchemaIssue } from './issues.js';
import { findIssues, localReference } from './issues.js';
import { isPlainSchema } from './plain.js';
import type { SchemaProblem } from './problems.js';
import { problemOf } from './problems.js';
import { isObject, measure, walkSchema } from './walk.js';

/** A JSON Schema 2020-12 that was checked once. Immutable. */
export interface CompiledSchema {
  schema: Json;
  /**
   * What does not fit; empty when the value fits. Never throws. Of a value that is not huge all problems are told, at most
   * {@link MAX_PROBLEMS}; of a huge one the first.
   */
  check(value: Json): SchemaProblem[];
}

export const MAX_PROBLEMS = 20;
/** Values with more parts than this get one problem: each costs memory, and nobody reads a million. */
const MANY_PARTS = 5_000;

/**
 * Checks a JSON Schema 2020-12. Never throws; answers all that is wrong with it. Nothing is fetched: a `$ref` leads
 * into the schema itself. Patterns run in linear time, and the work of a check is bounded.
 */
export function compileSchema(schema: Json): CompiledSchema | SchemaIssue[] {
  const issues = findIssues(schema);
  if (issues.length > 0) return issues;
  const invalid = isPlainSchema(schema) ? [] : metaSchemaIssues(schema);
  if (invalid.length > 0) return invalid;
  const prepared = prepare(schema);
  const meter = new Meter();
  try {
    const first = validatorOf(prepared, { allErrors: false, meter });
    let all: ValidateFunction | undefined;
    const validateAll = (value: Json) => {
      all ??= validatorOf(prepared, { allErrors: true, meter });
      return run(all, { value, meter });
    };
    return { schema, check: (value) => check(value, { first, validateAll, meter }) };
  } catch (error) {
    return [compileIssue(error, schema)];
  }
}

interface Validators {
  first: ValidateFunction;
  validateAll(value: Json): SchemaProblem[];
  meter: Meter;
}

function check(value: Json, { first, validateAll, meter }: Validators): SchemaProblem[] {
  const problems = run(first, { value, meter });
  if (problems.length === 0 || measure(value, MANY_PARTS).count >= MANY_PARTS) return problems;
  return validateAll(value);
}

function run(validate: ValidateFunction, { value, meter }: { value: Json; meter: Meter }): SchemaProblem[] {
  meter.reset();
  try {
    if (validate(value)) return [];
    return (validate.errors ?? []).filter(isOfInterest).slice(0, MAX_PROBLEMS).map(problemOf);
  } catch {
    // The meter, or the stack where a schema refers to itself without end.
    return [{ path: '', message: 'cannot be checked: the schema takes too much work for this value' }];
  }
}

/** That a branch of `if` or the name of a field failed is told by a problem of its own. */
const isOfInterest = ({ keyword }: ErrorObject): boolean => keyword !== 'if';

/**
 * Counts the references that a check follows. References multiply: thirty definitions that each refer twice to the next
 * are a billion checks.
 */
class Meter {
  private count = 0;

  reset(): void {
    this.count = 0;
  }

  step(): true {
    if (++this.count > 1_000_000) throw new RangeError('too many references');
    return true;
  }
}

/** The name of our own keyword that stands beside every reference and counts it. */
const COUNTED = 'rehearse:counted';

const regExp = Object.assign(
  (pattern: string) => {
    const regex = compileRegex(pattern);
    if (!('test' in regex)) throw new Error(regex.reason);
    // Ajv tells patterns apart by their text.
    return { test: (text: string) => regex.test(text), toString: () => pattern };
  },
  { code: 'new RegExp' },
);

function validatorOf(
  schema: Json,
  { allErrors, meter }: { allErrors: boolean; meter: Meter },
): ValidateFunction {
  const ajv = new Ajv2020({
    ...{ allErrors, verbose: true, strict: false, logger: false, meta: false, validateSchema: false },
    ...{ ownProperties: true, inlineRefs: false, formats: formatsOf(schema) },
    code: { regExp },
  });
  ajv.addKeyword({ keyword: COUNTED, before: '$ref', validate: () => meter.step() });
  // Ajv compares each element with each other; for ten thousand objects that takes seconds.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    ...{ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', error: { message: 'not unique' } },
    validate: (wanted: boolean, items: Json[]) =>
      !wanted || new Set(items.map((item) => canonicalJson(item))).size === items.length,
  });
  return ajv.compile(schema as JsonObject | boolean);
}

/** An unknown format is a note for people. */
function formatsOf(schema: Json): Record<string, true | ((text: string) => boolean)> {
  const formats: Record<string, true | ((text: string) => boolean)> = { ...FORMATS };
  walkSchema(schema, ({ format }) => {
    if (typeof format === 'string' && !Object.hasOwn(formats, format)) formats[format] = true;
  });
  return formats;
}

/** A copy without `$id`, whose references are local and counted. */
function prepare(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const copy = structuredCopy(schema) as JsonObject;
  const root = typeof copy['$id'] === 'string' ? copy['$id'] : '';
  delete copy['$id'];
  delete copy['$schema'];
  walkSchema(copy, (part) => {
    for (const keyword of ['$ref', '$dynamicRef']) {
      const target = part[keyword];
      if (typeof target !== 'string') continue;
      part[keyword] = localReference(target, root);
      part[COUNTED] = true;
    }
  });
  return copy;
}

const structuredCopy = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

let metaSchema: Ajv2020 | undefined;

function metaSchemaIssues(schema: Json): SchemaIssue[] {
  metaSchema ??= new Ajv2020({ strict: false, logger: false, verbose: true });
  const bare = isObject(schema)
    ? Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'))
    : schema;
  if (metaSchema.validateSchema(bare as JsonObject | boolean)) return [];
  const error = metaSchema.errors?.find(({ keyword }) => keyword !== 'anyOf' && keyword !== '$dynamicRef');
  if (!error) return [{ code: 'schema/invalid', message: 'is not a JSON Schema 2020-12', path: [] }];
  return [metaSchemaIssue(error, schema)];
}

function metaSchemaIssue(error: ErrorObject, schema: Json): SchemaIssue {
  const path = pathOf(error.instancePath, schema);
  const issue: SchemaIssue = { code: 'schema/invalid', message: problemOf(error).message, path };
  return path.at(-1) === 'items' && Array.isArray(error.data)
    ? { ...issue, suggestion: 'a list of schemas by position is called `prefixItems`' }
    : issue;
}

/** The segments of a JSON pointer, with numbers where it passes an array. */
function pathOf(pointer: string, root: Json): (string | number)[] {
  let at: Json | undefined = root;
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => {
      const key = segment.replace(/~1/g, '/').replace(/~0/g, '~');
      const isIndex = Array.isArray(at);
      at = Array.isArray(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined;
      return isIndex ? Number(key) : key;
    });
}

function compileIssue(error: unknown, schema: Json): SchemaIssue {
  const message = error instanceof Error ? error.message : String(error);
  let issue: SchemaIssue = { code: 'schema/invalid', message, path: [] };
  const missing = /can't resolve reference (\S+)/.exec(message)?.[1];
  walkSchema(schema, (part, path) => {
    for (const keyword of ['$ref', '$dynamicRef']) {
      const target = part[keyword];
      if (missing === undefined || typeof target !== 'string' || !target.endsWith(missing)) continue;
      issue = { code: 'schema/reference', message: `\`${target}\` leads nowhere`, path: [...path, keyword] };
    }
  });
  return issue;
}
