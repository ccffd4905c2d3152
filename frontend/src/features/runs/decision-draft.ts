import type { HumanRequestView, Json, JsonObject, UserView } from '@rehearse/contracts';

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why this person cannot decide; nothing when they can. The server decides again. */
export function whyNot(
  { approvers }: Pick<HumanRequestView, 'approvers'>,
  user: Pick<UserView, 'role' | 'email'> | null,
): string | undefined {
  if (!user) return 'Sign in to decide.';
  if (user.role !== 'Admin' && user.role !== 'Operator')
    return `Your role is ${user.role}; an Operator or an Admin decides.`;
  if (!approvers || approvers.length === 0 || approvers.includes(user.role)) return undefined;
  if (approvers.some((approver) => approver.toLowerCase() === user.email.toLowerCase())) return undefined;
  return `This is for ${approvers.join(', ')} to decide; your role is ${user.role}.`;
}

/** What stands in the form at first: of each member its default, else what of that name was given to the step. */
export function proposal(form: Json | undefined, given: readonly Json[]): Json {
  if (form === undefined) return given.length === 1 ? (given[0] ?? null) : null;
  const properties = isObject(form) && isObject(form['properties']) ? form['properties'] : undefined;
  if (!properties) return isObject(form) ? (form['default'] ?? null) : null;
  const proposed: JsonObject = {};
  for (const [name, schema] of Object.entries(properties)) {
    const value = isObject(schema) ? schema['default'] : undefined;
    const found = value ?? given.find((one) => isObject(one) && Object.hasOwn(one, name));
    if (value !== undefined) proposed[name] = value;
    else if (isObject(found) && found[name] !== undefined) proposed[name] = found[name];
  }
  return proposed;
}

export type ValueFormat = 'text' | 'json';

/** What a value is edited as: text is text, everything else is JSON. */
export const formatOf = (value: Json, form: Json | undefined): ValueFormat =>
  typeof value === 'string' || (isObject(form) && form['type'] === 'string') ? 'text' : 'json';

export const asDraft = (value: Json, format: ValueFormat): string =>
  format === 'text' ? (typeof value === 'string' ? value : '') : JSON.stringify(value, null, 2);

export type ReadValue = { ok: true; value: Json } | { ok: false; problem: string };

export function readValue(draft: string, format: ValueFormat): ReadValue {
  if (format === 'text') return { ok: true, value: draft };
  if (draft.trim() === '') return { ok: false, problem: 'Must not be empty' };
  try {
    return { ok: true, value: JSON.parse(draft) as Json };
  } catch (error) {
    return { ok: false, problem: `Must be JSON: ${(error as Error).message}` };
  }
}

/** What the server says about members of the value, by the name of the member; `''` is of the value itself. */
export function problemsOfValue(
  errors: readonly { path: string; message: string }[],
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { path, message } of errors) {
    if (!path.startsWith('value')) continue;
    const [name = ''] = path
      .slice('value'.length)
      .split(/[./[\]]/)
      .filter(Boolean);
    found[name] ??= message;
  }
  return found;
}
