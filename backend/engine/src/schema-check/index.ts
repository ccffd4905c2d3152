export type { SchemaIssue, SchemaIssueCode } from './issues.js';
export type { SchemaProblem } from './problems.js';
export type { CompiledSchema } from './schema.js';
export { compileSchema, MAX_PROBLEMS } from './schema.js';
