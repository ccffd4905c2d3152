import type { ChatMessage, EventData, Json, ToolCall } from '@rehearse/contracts';
import { oneLine } from '../../ui/plain-text.js';

const MAX_TEXT = 400;
const MAX_PARSED = 4_000;
const MAX_MEMBERS = 12;
const MAX_DEPTH = 3;

/** Long payloads are cut before they are cleaned: a line shows a few hundred characters of what may be megabytes. */
export const cut = (text: string): string => {
  const line = oneLine(text.slice(0, MAX_TEXT * 2));
  return line.length > MAX_TEXT || text.length > MAX_TEXT * 2 ? `${line.slice(0, MAX_TEXT)}…` : line;
};

/** A value to read in a line: `intent: refund, sure: true` and not its JSON. */
export const inWords = (value: Json | undefined): string => cut(words(value ?? null, 0));

/** The parts of a line; what says nothing is left out. */
export const joined = (...parts: (string | false | null | undefined)[]): string =>
  parts.filter(Boolean).join(' · ');

function words(value: Json, depth: number): string {
  if (value === null) return 'nothing';
  if (value === '' && depth > 0) return 'an empty text';
  if (typeof value === 'string') return depth === 0 ? asValue(value) : value.slice(0, MAX_TEXT * 2);
  if (typeof value !== 'object') return String(value);
  const members = Array.isArray(value)
    ? value.map((item) => () => words(item, depth + 1))
    : Object.entries(value).map(
        ([name, member]) =>
          () =>
            `${name}: ${words(member, depth + 1)}`,
      );
  const isList = Array.isArray(value);
  if (members.length === 0) return isList ? 'an empty list' : 'an empty object';
  if (depth >= MAX_DEPTH) return '…';
  const shown = members.slice(0, MAX_MEMBERS).map((member) => member());
  const text = [...shown, ...(members.length > MAX_MEMBERS ? ['…'] : [])].join(', ');
  return isList ? `[${text}]` : depth === 0 ? text : `{${text}}`;
}

/** The text of a tool or of a structured answer is often JSON. */
function asValue(text: string): string {
  if (!/^\s*[[{]/.test(text) || text.length > MAX_PARSED) return text;
  try {
    return words(JSON.parse(text) as Json, 0);
  } catch {
    return text;
  }
}

export const callText = ({ name, arguments: args }: Pick<ToolCall, 'name' | 'arguments'>): string =>
  `${name}(${typeof args === 'object' && Object.keys(args).length === 0 ? '' : inWords(args)})`;

export function targetText(target: EventData<'model.requested'>['target'] | null): string {
  if (!target) return 'nothing';
  if (target.provider === 'mock') return `mock ${target.script}`;
  if (target.provider === 'http') return target.url;
  if (target.provider === 'command') return target.command.join(' ');
  return `${target.provider} ${target.model ?? target.deployment ?? ''}`;
}

export const messageText = (message: ChatMessage | undefined): string | undefined =>
  message &&
  `${message.name ?? message.role}: ${message.content === null ? (message.toolCalls ?? []).map(callText).join(', ') : inWords(message.content)}`;
