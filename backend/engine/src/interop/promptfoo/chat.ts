import type { Json } from '@rehearse/contracts';
import { LocatedDocument } from '../../graph/located.js';
import { parseYaml } from '../../graph/yaml/parse.js';
import { isMapping } from '../sources.js';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

const ROLES: Readonly<Record<string, ChatMessage['role']>> = {
  ...{ system: 'system', developer: 'system', user: 'user', human: 'user' },
  ...{ assistant: 'assistant', model: 'assistant', ai: 'assistant' },
};

/** The messages of a prompt that is a chat, in JSON or YAML; null when it is a plain text. */
export function chatOf(source: string): { messages: ChatMessage[] } | { problem: string } | null {
  if (!/^\s*(\[\s*\{|- +(role|content):)/.test(source)) return null;
  const list = parsed(source);
  if (
    !Array.isArray(list) ||
    list.length === 0 ||
    !list.every((entry) => isMapping(entry) && 'role' in entry)
  )
    return list === undefined && source.trimStart().startsWith('[')
      ? { problem: 'the chat is JSON only once its template is filled in; write its variables within texts' }
      : null;
  const messages: ChatMessage[] = [];
  for (const entry of list) {
    const message = messageOf(entry);
    if ('problem' in message) return message;
    messages.push(message);
  }
  return { messages };
}

function parsed(source: string): Json | undefined {
  const { root, problems } = parseYaml(source);
  return root && problems.length === 0 ? new LocatedDocument(root).root : undefined;
}

function messageOf(entry: Json): ChatMessage | { problem: string } {
  const { role, content } = isMapping(entry) ? entry : {};
  const known = typeof role === 'string' ? ROLES[role] : undefined;
  if (!known)
    return {
      problem: `a message of the role ${JSON.stringify(role ?? null)} has no counterpart in a prompt`,
    };
  if (typeof content === 'string') return { role: known, content };
  const texts = Array.isArray(content) ? content.map(textPart) : [];
  if (texts.length === 0 || texts.some((text) => text === undefined))
    return { problem: 'a message that is not text has no counterpart in a prompt' };
  return { role: known, content: texts.join('\n') };
}

const textPart = (part: Json): string | undefined =>
  isMapping(part) &&
  (part['type'] === 'text' || part['type'] === 'input_text') &&
  typeof part['text'] === 'string'
    ? part['text']
    : undefined;
