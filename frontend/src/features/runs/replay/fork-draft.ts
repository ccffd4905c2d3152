import type { EventType, JournalEvent, Json, JsonObject, ReplayRequest } from '@rehearse/contracts';
import { readValue, type ValueFormat } from '../decision-draft.js';

export type ForkEdit = NonNullable<Extract<ReplayRequest, { mode: 'fork' }>['edits']>[number];

/** The members of an answer that can be something else; what was measured is not among them. */
const MEMBERS: Partial<Record<EventType, readonly string[]>> = {
  'model.responded': ['content', 'toolCalls', 'finishReason'],
  'model.failed': ['error', 'retryable', 'retryAfterMs'],
  'tool.returned': ['result'],
  'tool.failed': ['error'],
  'human.decided': ['decision', 'value', 'reason'],
};

export const isAnswer = ({ type }: Pick<JournalEvent, 'type'>): boolean => type in MEMBERS;

export interface AnswerDraft {
  format: ValueFormat;
  text: string;
}

/** What stands in the dialog at first: an answer that is a text as text, any other as JSON. */
export function draftOfAnswer(event: JournalEvent): AnswerDraft {
  const text = textOf(event);
  return text === null ? asJson(event) : { format: 'text', text };
}

/** The same answer in the other form, as it was recorded. */
export const draftAs = (event: JournalEvent, format: ValueFormat): AnswerDraft =>
  format === 'json' ? asJson(event) : { format, text: textOf(event) ?? contentOf(event) };

const asJson = (event: JournalEvent): AnswerDraft => ({
  format: 'json',
  text: JSON.stringify(jsonOf(event), null, 2),
});

/** The result of a tool is edited itself; of other answers the members that can be edited. */
function jsonOf(event: JournalEvent): Json {
  const data: JsonObject = event.data;
  if (event.type === 'tool.returned') return data['result'] ?? null;
  const names = MEMBERS[event.type] ?? [];
  return Object.fromEntries(names.filter((name) => name in data).map((name) => [name, data[name] ?? null]));
}

function textOf(event: JournalEvent): string | null {
  if (event.type === 'tool.returned') return typeof event.data.result === 'string' ? event.data.result : null;
  if (event.type === 'model.responded' && event.data.toolCalls.length === 0) return event.data.content;
  return null;
}

const contentOf = (event: JournalEvent): string =>
  event.type === 'model.responded' ? (event.data.content ?? '') : '';

export type ReadEdit = { ok: true; edit: ForkEdit | null } | { ok: false; problem: string };

/** The edit that a draft comes to; null where nothing is changed. */
export function readEdit(event: JournalEvent, draft: AnswerDraft): ReadEdit {
  const { seq } = event;
  if (draft.format === 'text')
    return { ok: true, edit: draft.text === textOf(event) ? null : { seq, content: draft.text } };
  const value = readValue(draft.text, 'json');
  if (!value.ok) return value;
  if (event.type === 'tool.returned') return edited(event, { result: value.value });
  if (typeof value.value !== 'object' || value.value === null || Array.isArray(value.value))
    return { ok: false, problem: 'Must be an object: { … }' };
  return edited(event, value.value);
}

function edited(event: JournalEvent, members: JsonObject): ReadEdit {
  const names = MEMBERS[event.type] ?? [];
  const recorded: JsonObject = event.data;
  const strange = Object.keys(members).find((name) => !names.includes(name));
  if (strange !== undefined)
    return { ok: false, problem: `Has no member ${strange}; what can be edited is ${names.join(', ')}` };
  const missing = names.find((name) => name in recorded && !(name in members));
  if (missing !== undefined)
    return { ok: false, problem: `The member ${missing} is missing: put it back, or give it another value` };
  const changed = Object.entries(members).filter(([name, value]) => !isSame(value, recorded[name]));
  return {
    ok: true,
    edit: changed.length === 0 ? null : { seq: event.seq, data: Object.fromEntries(changed) },
  };
}

const isSame = (a: Json | undefined, b: Json | undefined): boolean => sorted(a) === sorted(b);

/** Members in another order are the same value. */
const sorted = (value: Json | undefined): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

export type ReadVars = { ok: true; vars: JsonObject | undefined } | { ok: false; problem: string };

/** Other vars for the whole run; nothing where they are as they were. */
export function readVars(text: string, recorded: JsonObject): ReadVars {
  const value = readValue(text, 'json');
  if (!value.ok) return value;
  if (typeof value.value !== 'object' || value.value === null || Array.isArray(value.value))
    return { ok: false, problem: 'Must be an object: { … }' };
  return { ok: true, vars: isSame(value.value, recorded) ? undefined : value.value };
}

/** Where a fork from a step begins: at its last answer, else at its end. */
export function seqToForkStep(
  events: readonly JournalEvent[],
  { key, firstSeq, lastSeq }: { key: string; firstSeq: number; lastSeq: number },
): number {
  const within = events.slice(firstSeq - 1, lastSeq);
  const isIts = (event: JournalEvent) => event.key === key || event.key.startsWith(`${key}/`);
  return within.findLast((event) => isIts(event) && isAnswer(event))?.seq ?? lastSeq;
}

/** The answer to a request, so that whoever stands at the one finds the other. */
export const answerTo = (
  events: readonly JournalEvent[],
  { seq, key, attempt }: JournalEvent,
): JournalEvent | undefined =>
  events.slice(seq).find((event) => event.key === key && event.attempt === attempt && isAnswer(event));

/** What was paid behind a seq, which a fork from there may have to pay anew. */
export const costBehind = (events: readonly JournalEvent[], seq: number): number =>
  events
    .slice(seq)
    .reduce((sum, event) => sum + (event.type === 'model.responded' ? (event.data.costUsd ?? 0) : 0), 0);
