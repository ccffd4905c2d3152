import type { RunListQuery } from '@rehearse/contracts';
import { Prisma } from '../../platform/database/index.js';
import { AppError } from '../../platform/errors/index.js';
import { instantOf } from '../../platform/http/instants.js';
import { isUuid, parseGraphReference } from '../graphs/index.js';

export type RunFilters = Omit<RunListQuery, 'limit' | 'cursor'>;

/** The conditions of a list, all of which must hold; over the tables of {@link RUN_TABLES}. */
export function runConditions(filters: RunFilters): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (filters.status) conditions.push(Prisma.sql`r.status = ${filters.status}`);
  if (filters.verdict) conditions.push(Prisma.sql`r.verdict = ${filters.verdict}`);
  if (filters.graph) conditions.push(graphCondition(filters.graph));
  if (filters.experiment) conditions.push(idCondition(Prisma.sql`r.experiment_id`, filters.experiment));
  if (filters.case) conditions.push(Prisma.sql`r.case_id = ${filters.case}`);
  if (filters.label) conditions.push(labelCondition(filters.label));
  if (filters.from) conditions.push(Prisma.sql`r.created_at >= ${instant('from', filters.from)}`);
  if (filters.to) conditions.push(Prisma.sql`r.created_at < ${instant('to', filters.to)}`);
  if (filters.q) conditions.push(textCondition(filters.q));
  return conditions;
}

export const allOf = (conditions: readonly Prisma.Sql[]): Prisma.Sql =>
  conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' and ');

const NOTHING = Prisma.sql`false`;

/** Text that is no id matches nothing, as an id that does not exist. */
const idCondition = (column: Prisma.Sql, id: string): Prisma.Sql =>
  isUuid(id) ? Prisma.sql`${column} = ${id}::uuid` : NOTHING;

function graphCondition(text: string): Prisma.Sql {
  const reference = parseGraphReference(text);
  if (!reference) return NOTHING;
  const graph =
    'id' in reference ? Prisma.sql`g.id = ${reference.id}::uuid` : Prisma.sql`g.name = ${reference.name}`;
  return reference.version === undefined
    ? graph
    : Prisma.sql`${graph} and v.number = ${reference.version}::integer`;
}

function labelCondition(label: string): Prisma.Sql {
  const at = label.indexOf('=');
  if (at < 0) return Prisma.sql`jsonb_exists(v.labels, ${label})`;
  return Prisma.sql`v.labels ->> ${label.slice(0, at)} = ${label.slice(at + 1)}`;
}

function textCondition(q: string): Prisma.Sql {
  const text = q.toLowerCase();
  return Prisma.sql`strpos(lower(concat_ws(' ', r.id::text, g.name, r.case_id)), ${text}) > 0`;
}

function instant(name: string, text: string): Date {
  const at = instantOf(text);
  if (at) return at;
  const message = 'must be ISO 8601, as in 2026-11-21T08:00:00Z';
  throw new AppError('request/invalid', `${name} ${message}`, { errors: [{ path: name, message }] });
}
