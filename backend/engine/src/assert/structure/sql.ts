import type { AssertionSpec, Json } from '@rehearse/contracts';
import { onText } from '../output-text.js';
import type { CompileRule } from '../rule.js';
import { badValue, excerpt, isMap, onlyKeys, quote } from '../rule.js';

/** The databases whose SQL can be read, under the names that promptfoo uses. */
export const SQL_DIALECTS = [
  ...['MySQL', 'PostgreSQL', 'SQLite', 'MariaDB', 'TransactSQL', 'BigQuery', 'Snowflake', 'Redshift'],
  ...['Hive', 'Athena', 'DB2', 'FlinkSQL', 'Trino'],
] as const;

export type SqlDialect = (typeof SQL_DIALECTS)[number];

interface SqlRule {
  dialect: SqlDialect;
  tables: readonly string[] | null;
  columns: readonly string[] | null;
}

/** `{databaseType, allowedTables, allowedColumns}`; entries of the lists as in `select::null::orders`, parts as patterns. */
function sqlRuleOf({ value }: AssertionSpec): SqlRule {
  if (value === undefined || value === null) return { dialect: 'MySQL', tables: null, columns: null };
  if (!isMap(value)) return badValue('the value must be {databaseType, allowedTables, allowedColumns}');
  onlyKeys(value, ['databaseType', 'allowedTables', 'allowedColumns']);
  const given = value['databaseType'] ?? 'MySQL';
  const dialect = SQL_DIALECTS.find((name) => name.toLowerCase() === String(given).toLowerCase());
  if (dialect === undefined)
    return badValue(`must be one of ${SQL_DIALECTS.join(', ')}`, ['value', 'databaseType']);
  return {
    dialect,
    tables: listOf(value['allowedTables'], 'allowedTables'),
    columns: listOf(value['allowedColumns'], 'allowedColumns'),
  };
}

function listOf(value: Json | undefined, key: string): readonly string[] | null {
  if (value === undefined) return null;
  const isFine =
    Array.isArray(value) &&
    value.every((item) => typeof item === 'string' && /^[^:]*::[^:]*::[^:]+$/.test(item));
  // The parser takes an empty list for none at all.
  if (isFine && value.length === 0) return badValue(EMPTY_LIST, ['value', key]);
  return isFine
    ? (value as string[])
    : badValue('must be a list of entries as in select::null::orders', ['value', key]);
}

const EMPTY_LIST =
  'an empty list says neither that all is allowed nor that nothing is: name what may be touched, or leave it out to allow all';

/**
 * The text is SQL of a dialect, and touches no tables and columns but those that are allowed. The parser backtracks, so it
 * works where it can be ended: in the sandbox.
 */
const isSql: CompileRule = (spec) => {
  const rule = sqlRuleOf(spec);
  return {
    mayAsk: true,
    evaluate: onText((text, _, [answer]) => {
      if (!answer) return { asks: [{ kind: 'script', language: 'sql', text, ...rule }] };
      if (!answer.ok) return { unknown: answer.error.message };
      const problems = answer.value as string[];
      const limits = {
        ...(rule.tables && { allowedTables: [...rule.tables] }),
        ...(rule.columns && { allowedColumns: [...rule.columns] }),
      };
      return {
        holds: problems.length === 0,
        claim: [
          'the output',
          `be SQL of ${rule.dialect}${rule.tables || rule.columns ? ' within its limits' : ''}`,
        ],
        got: problems.length > 0 ? `${problems.slice(0, 3).join('; ')} in ${quote(text)}` : quote(text),
        evidence: { expected: { databaseType: rule.dialect, ...limits }, actual: excerpt(text) },
      };
    }),
  };
};

/** SQL in the output. */
export const SQL_RULES: Readonly<Record<string, CompileRule>> = { 'is-sql': isSql };
