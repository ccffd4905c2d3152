import type { Json } from '@rehearse/contracts';
import type { CompiledSchema } from '../../schema-check/index.js';
import { compileSchema } from '../../schema-check/index.js';
import { findJson } from './find-json.js';
import { onText } from '../output-text.js';
import type { AssertionIssue, CompileRule, Finding } from '../rule.js';
import { BadAssertion, badValue, excerpt, quote } from '../rule.js';

/** The schema of a `value`: none where there is no value; a text is read as JSON. */
export function schemaOf(
  value: Json | undefined,
  at: AssertionIssue['path'] = ['value'],
): CompiledSchema | undefined {
  if (value === undefined || value === null) return undefined;
  const schema = typeof value === 'string' ? parsed(value) : { json: value };
  if (!schema) return badValue('must be a JSON Schema', at);
  const compiled = compileSchema(schema.json);
  if (!Array.isArray(compiled)) return compiled;
  throw new BadAssertion(
    compiled.map((issue) => ({ ...issue, severity: 'error', path: [...at, ...issue.path] })),
  );
}

function parsed(text: string): { json: Json } | undefined {
  try {
    return { json: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}

export const problemsOf = (value: Json, schema: CompiledSchema | undefined): string[] =>
  schema?.check(value).map(({ path, message }) => `${path}${path && ': '}${message}`) ?? [];

const isJson: CompileRule = (spec) => {
  const schema = schemaOf(spec.value);
  const verb = schema ? 'be JSON that fits its schema' : 'be JSON';
  const expected = schema ? schema.schema : 'JSON';
  return {
    evaluate: onText((text, { output }): Finding => {
      const value = typeof output === 'string' ? parsed(text) : { json: output };
      const problems = value ? problemsOf(value.json, schema) : [];
      return {
        holds: value !== undefined && problems.length === 0,
        claim: ['the output', verb],
        got: problems.length > 0 ? problems.slice(0, 5).join('; ') : quote(text),
        evidence: { expected, actual: excerpt(text) },
      };
    }),
  };
};

const containsJson: CompileRule = (spec) => {
  const schema = schemaOf(spec.value);
  const verb = schema ? 'contain JSON that fits its schema' : 'contain JSON';
  return {
    evaluate: onText((text) => {
      const search = findJson(text);
      const fitting = search.found.some((value) => problemsOf(value, schema).length === 0);
      if (!fitting && search.isCut) return { unknown: 'the text has too many brackets to find JSON in it' };
      const [first] = search.found;
      const problems = first === undefined || fitting ? [] : problemsOf(first, schema);
      return {
        holds: fitting,
        claim: ['the text', verb],
        got: problems.length > 0 ? problems.slice(0, 5).join('; ') : quote(text),
        evidence: { expected: schema ? schema.schema : 'JSON', actual: excerpt(text) },
      };
    }),
  };
};

/** JSON in the output. */
export const JSON_RULES: Readonly<Record<string, CompileRule>> = {
  'is-json': isJson,
  'contains-json': containsJson,
};
