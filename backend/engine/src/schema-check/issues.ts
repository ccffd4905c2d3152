import type { Json, JsonObject } from '@rehearse/contracts';
import { closestName, compileRegex } from '../expression/index.js';
import type { Path } from './walk.js';
import { isObject, KEYWORDS, measure, walkSchema } from './walk.js';

export type SchemaIssueCode =
  'schema/invalid' | 'schema/limit' | 'schema/pattern' | 'schema/reference' | 'schema/unknown-keyword';

/** What is wrong with a schema itself; `path` leads to the place within it. */
export interface SchemaIssue {
  code: SchemaIssueCode;
  message: string;
  path: Path;
  suggestion?: string;
}

const MAX_VALUES = 5_000;
const MAX_DEPTH = 64;

/** What we refuse, or know better to explain than the meta-schema. */
export function findIssues(schema: Json): SchemaIssue[] {
  if (typeof schema === 'boolean') return [];
  if (!isObject(schema)) {
    return [{ code: 'schema/invalid', message: 'a JSON Schema is an object, true or false', path: [] }];
  }
  const { count, depth } = measure(schema, MAX_VALUES + 1);
  if (count > MAX_VALUES || depth > MAX_DEPTH) {
    const message = `the schema has more than ${MAX_VALUES} values or is nested more than ${MAX_DEPTH} deep`;
    return [{ code: 'schema/limit', message, path: [] }];
  }
  const issues: SchemaIssue[] = [];
  const root = schema['$id'];
  walkSchema(schema, (part, path) => {
    issues.push(...keywordIssues(part, path), ...patternIssues(part, path));
    issues.push(...referenceIssues(part, { path, root: typeof root === 'string' ? root : '' }));
  });
  return issues;
}

/** A keyword that JSON Schema does not know is ignored, as the standard asks, unless it is a slip of the pen. */
function keywordIssues(schema: JsonObject, path: Path): SchemaIssue[] {
  return Object.keys(schema).flatMap((key): SchemaIssue[] => {
    if (KEYWORDS.includes(key) || key.length < 4) return [];
    const near = closestName(key, KEYWORDS);
    if (near === undefined || near.length < 4 || key === 'example') return [];
    const message = `there is no keyword \`${key}\``;
    return [
      {
        code: 'schema/unknown-keyword',
        message,
        path: [...path, key],
        suggestion: `did you mean \`${near}\`?`,
      },
    ];
  });
}

function patternIssues(schema: JsonObject, path: Path): SchemaIssue[] {
  const properties = schema['patternProperties'];
  const patterns: [unknown, Path][] = [[schema['pattern'], [...path, 'pattern']]];
  if (isObject(properties)) {
    for (const key of Object.keys(properties)) patterns.push([key, [...path, 'patternProperties', key]]);
  }
  return patterns.flatMap(([pattern, at]): SchemaIssue[] => {
    if (typeof pattern !== 'string') return [];
    const regex = compileRegex(pattern);
    return 'test' in regex ? [] : [{ code: 'schema/pattern', message: regex.reason, path: at }];
  });
}

function referenceIssues(schema: JsonObject, { path, root }: { path: Path; root: string }): SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  for (const keyword of ['$ref', '$dynamicRef']) {
    const target = schema[keyword];
    if (typeof target !== 'string' || localReference(target, root).startsWith('#')) continue;
    issues.push({
      code: 'schema/reference',
      message: `\`${target}\` leads out of the schema; nothing is ever fetched`,
      path: [...path, keyword],
      suggestion: 'put what it means under $defs and refer to it as #/$defs/<name>',
    });
  }
  if (path.length > 0 && schema['$id'] !== undefined) {
    const message = 'only the schema as a whole may have an `$id`';
    issues.push({ code: 'schema/reference', message, path: [...path, '$id'] });
  }
  return issues;
}

/** A reference to the schema by its own `$id` is one within it. */
export const localReference = (target: string, root: string): string =>
  root !== '' && target.startsWith(root) ? target.slice(root.length) || '#' : target;
