import type { Json, JsonObject, StepError, ToolCall } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import { fromInstant, toInstant } from '../journal/instant.js';
import type { ModelOutcome, ToolOutcome } from '../ports.js';
import { changeAt } from './field-path.js';
import type { Injected } from './injection.js';

type Answered = Extract<ModelOutcome, { ok: true }>;
type Returned = Extract<ToolOutcome, { ok: true }>;

/** What a call of a tool comes to under a fault: without the call for those that keep it from being made. */
export const alterTool = (fault: Injected, outcome: ToolOutcome): ToolOutcome =>
  outcome.ok ? toldIfUnharmed(fault, outcome, toolAltered(fault, outcome)) : outcome;

/** What a request to a model comes to under a fault. */
export const alterModel = (fault: Injected, outcome: ModelOutcome): ModelOutcome =>
  outcome.ok ? toldIfUnharmed(fault, outcome, modelAltered(fault, outcome)) : outcome;

/** The faults that do nothing to a call but change its answer. */
const ANSWER_FAULTS: ReadonlySet<Injected['kind']> = new Set([
  ...(['malformed', 'truncate', 'empty', 'corrupt-field', 'inject', 'clock-skew'] as const),
]);

function toldIfUnharmed<T extends { ok: boolean }>(fault: Injected, before: T, after: T): T {
  const isUnharmed = ANSWER_FAULTS.has(fault.kind) && canonicalJson(before) === canonicalJson(after);
  return isUnharmed ? { ...after, isUnharmed } : after;
}

function toolAltered(fault: Injected, outcome: Returned): ToolOutcome {
  const { result } = outcome;
  switch (fault.kind) {
    case 'malformed':
      return toolFailed(
        'tool/broken-answer',
        `the answer is no JSON: ${shortened(unclosed(canonicalJson(result)))}`,
      );
    case 'truncate':
      // Half of a text is a text; half of any other JSON is none.
      if (typeof result === 'string') return { ok: true, result: half(result) };
      return toolFailed(
        'tool/broken-answer',
        `the answer stopped: ${shortened(half(canonicalJson(result)))}`,
      );
    case 'empty':
      return { ok: true, result: null };
    case 'corrupt-field':
      return { ok: true, result: corruptAt(result, fault) };
    case 'inject':
      return { ok: true, result: withText(result, fault.text) };
    case 'clock-skew':
      return { ok: true, result: skewed(result, fault.byMs) };
    default:
      return outcome;
  }
}

function modelAltered(fault: Injected, outcome: Answered): ModelOutcome {
  switch (fault.kind) {
    case 'malformed':
      return withBroken(outcome, unclosed);
    case 'truncate':
      return { ...withBroken(outcome, half), finishReason: 'length' };
    case 'empty':
      return { ...outcome, content: '', toolCalls: [], finishReason: 'stop' };
    case 'corrupt-field':
      return inContent(outcome, (value) => corruptAt(value, fault));
    case 'clock-skew':
      return { ...outcome, content: outcome.content && skewedText(outcome.content, fault.byMs) };
    default:
      return outcome;
  }
}

/** The text of a model with its end broken, and the arguments of the last tool that it calls. */
function withBroken(outcome: Answered, broken: (text: string) => string): Answered {
  const { content, toolCalls } = outcome;
  const last = toolCalls.at(-1);
  const calls: ToolCall[] = last
    ? [...toolCalls.slice(0, -1), { ...last, arguments: broken(textOf(last.arguments)) }]
    : toolCalls;
  return { ...outcome, content: content === null ? null : broken(content), toolCalls: calls };
}

const textOf = (args: JsonObject | string): string => (typeof args === 'string' ? args : canonicalJson(args));

/** Without the bracket that closes JSON, or the last letter of other text; of a number, whose beginning is one too, nothing. */
function unclosed(text: string): string {
  const open = Array.from(text.trimEnd()).slice(0, -1).join('');
  return parsed(open) === undefined ? open : '';
}

function half(text: string): string {
  const letters = Array.from(text);
  return letters.slice(0, Math.ceil(letters.length / 2)).join('');
}

/** Changes what a model says where it says JSON. */
function inContent(outcome: Answered, change: (value: Json) => Json): Answered {
  const { content } = outcome;
  const value = content === null ? undefined : parsed(content);
  if (value === undefined) return outcome;
  const changed = change(value);
  return changed === value ? outcome : { ...outcome, content: canonicalJson(changed) };
}

/** Undefined for a text that is no JSON. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The value that the rule gives, else one of the same type that is wrong. */
const corruptAt = (value: Json, { path, value: given }: Extract<Injected, { kind: 'corrupt-field' }>): Json =>
  changeAt(value, path, (at) => (given === undefined ? wrong(at) : given));

function wrong(value: Json): Json {
  switch (typeof value) {
    case 'number':
      return value === -0.5 ? 0 : -value - 1;
    case 'boolean':
      return !value;
    case 'string':
      return `${Array.from(value).reverse().join('')}?`;
    default:
      return emptied(value);
  }
}

/** Nothing of a list or an object is left; what is nothing already gets something. */
function emptied(value: readonly Json[] | JsonObject | null): Json {
  if (value === null) return '?';
  if (Array.isArray(value)) return value.length > 0 ? [] : [null];
  return Object.keys(value).length > 0 ? {} : { '?': null };
}

/** Hostile text where a reader of the result meets it: behind its first text, else in a field of its own. */
function withText(result: Json, text: string): Json {
  if (typeof result === 'string') return `${result}\n${text}`;
  const path = firstText(result);
  if (path) return changeAt(result, path, (at) => `${String(at)}\n${text}`);
  if (Array.isArray(result)) return [...result, text];
  return typeof result === 'object' && result !== null ? { ...result, note: text } : text;
}

function firstText(value: Json): (string | number)[] | null {
  if (typeof value === 'string') return [];
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, field] of Object.entries(value)) {
    const path = firstText(field);
    if (path) return [Array.isArray(value) ? Number(key) : key, ...path];
  }
  return null;
}

const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/g;

/** Every point in time (ISO 8601 with its zone) moved: what a clock that is wrong would have written. */
function skewed(value: Json, byMs: number): Json {
  if (typeof value === 'string') return skewedText(value, byMs);
  if (Array.isArray(value)) return value.map((item) => skewed(item, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, skewed(field, byMs)]));
}

const skewedText = (text: string, byMs: number): string =>
  text.replaceAll(INSTANT, (instant) => shifted(instant, byMs));

/** Beyond what a date can be, and for what only looks like one, the text stays. */
function shifted(instant: string, byMs: number): string {
  const ms = fromInstant(instant) + byMs;
  return Math.abs(ms) <= 8.64e15 ? toInstant(ms) : instant;
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

const toolFailed = (code: string, message: string): ToolOutcome => ({
  ok: false,
  error: { code, message, category: 'tool' } satisfies StepError,
});
