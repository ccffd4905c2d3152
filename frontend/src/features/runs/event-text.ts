import type { ChatMessage, EventData, Json, JournalEvent, ToolCall } from '@rehearse/contracts';
import { count, duration } from '../../ui/format.js';
import { oneLine } from '../../ui/plain-text.js';

export type EventTone = 'bad' | 'odd' | 'warn' | 'good' | 'quiet';
export interface EventText {
  tone: EventTone;
  text: string;
}

const MAX_TEXT = 400;
/** Long payloads are cut before they are cleaned: a line shows a few hundred characters of what may be megabytes. */
const cut = (text: string): string => {
  const line = oneLine(text.slice(0, MAX_TEXT * 2));
  return line.length > MAX_TEXT || text.length > MAX_TEXT * 2 ? `${line.slice(0, MAX_TEXT)}…` : line;
};
const preview = (value: Json | undefined): string =>
  cut(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
const callText = (call: Pick<ToolCall, 'name' | 'arguments'>): string =>
  `${call.name}(${preview(call.arguments)})`;
const targetText = (target: EventData<'model.requested'>['target'] | null): string => {
  if (!target) return 'nothing';
  if (target.provider === 'mock') return `mock ${target.script}`;
  if (target.provider === 'http') return target.url;
  if (target.provider === 'command') return target.command.join(' ');
  return `${target.provider} ${target.model ?? target.deployment ?? ''}`;
};
const messageText = (message: ChatMessage | undefined): string =>
  message
    ? `${message.role}: ${preview(message.content ?? (message.toolCalls ?? []).map(callText).join(', '))}`
    : '';

const quiet = (text: string): EventText => ({ tone: 'quiet', text });

const CHECK_TONES = { passed: 'good', failed: 'bad', errored: 'odd' } as const;
const RUN_TONES = { ...CHECK_TONES, inconclusive: 'warn' } as const;
const LOG_TONES = { debug: 'quiet', info: 'quiet', warn: 'warn', error: 'odd' } as const;

function answerText({ content, toolCalls, usage, ttftMs }: EventData<'model.responded'>): string {
  const said = toolCalls.length > 0 ? toolCalls.map(callText).join(', ') : preview(content);
  const isMeasured = usage.inputTokens + usage.outputTokens > 0;
  const tokens = isMeasured ? ` · ${count(usage.inputTokens)} → ${count(usage.outputTokens)} tokens` : '';
  return `${said}${tokens}${ttftMs === undefined ? '' : ` · first after ${duration(ttftMs)}`}`;
}

/** An event in one line. */
export function describeEvent(event: JournalEvent): EventText {
  switch (event.type) {
    case 'run.started': {
      const { seed, caseId, repeat, vars } = event.data;
      return quiet(`seed ${seed}${caseId ? ` · case ${caseId} #${repeat}` : ''} · ${preview(vars)}`);
    }
    case 'run.finished':
      return {
        tone: RUN_TONES[event.data.verdict],
        text: `${event.data.verdict} · ${preview(event.data.output)}`,
      };
    case 'run.paused':
    case 'run.canceled':
      return { tone: 'warn', text: cut([event.data.by, event.data.reason].filter(Boolean).join(': ')) };
    case 'node.started':
      return quiet(event.data.type);
    case 'node.finished':
      return quiet(preview(event.data.output ?? event.data.text));
    case 'node.skipped':
      return quiet(
        event.data.reason === 'when' ? 'its condition does not hold' : 'what it needs did not finish',
      );
    case 'model.requested':
      return quiet(`${targetText(event.data.target)} · ${messageText(event.data.messagesAdded.at(-1))}`);
    case 'model.responded':
      return quiet(answerText(event.data));
    case 'provider.switched': {
      const { from, to, reason } = event.data;
      return { tone: 'warn', text: `${targetText(from)} → ${targetText(to)}: ${oneLine(reason)}` };
    }
    case 'tool.called':
      return quiet(callText({ name: event.data.tool, arguments: event.data.args }));
    case 'tool.returned':
      return quiet(`${event.data.tool} → ${preview(event.data.result)}`);
    case 'node.errored':
    case 'model.failed':
    case 'tool.failed':
      return { tone: 'odd', text: `${event.data.error.code}: ${cut(event.data.error.message)}` };
    case 'branch.taken':
      return quiet(event.data.name);
    case 'assertion.evaluated': {
      const { id, verdict, type, reason } = event.data;
      return { tone: CHECK_TONES[verdict], text: `${type} ${verdict} (${id}): ${cut(reason)}` };
    }
    case 'contract.violated':
      return { tone: 'bad', text: `${event.data.id}: ${cut(event.data.message)}` };
    case 'budget.exceeded':
      return { tone: 'warn', text: `${event.data.limit}: ${event.data.used} of ${event.data.max}` };
    case 'chaos.injected':
      return { tone: 'warn', text: `${event.data.fault} on ${event.data.on} (${event.data.rule})` };
    case 'log':
      return { tone: LOG_TONES[event.data.level], text: cut(event.data.message) };
    default:
      return quiet(Object.keys(event.data).length > 0 ? preview(event.data) : '');
  }
}

/** An event that somebody who looks for trouble wants to see. */
export function isProblem(event: JournalEvent): boolean {
  const { tone } = describeTone(event);
  return tone === 'bad' || tone === 'odd' || tone === 'warn';
}

/** The tone alone, without building the text. */
function describeTone(event: JournalEvent): { tone: EventTone } {
  switch (event.type) {
    case 'assertion.evaluated':
      return { tone: CHECK_TONES[event.data.verdict] };
    case 'run.finished':
      return { tone: RUN_TONES[event.data.verdict] };
    case 'log':
      return { tone: LOG_TONES[event.data.level] };
    case 'node.errored':
    case 'model.failed':
    case 'tool.failed':
      return { tone: 'odd' };
    case 'contract.violated':
      return { tone: 'bad' };
    case 'run.paused':
    case 'run.canceled':
    case 'provider.switched':
    case 'budget.exceeded':
    case 'chaos.injected':
      return { tone: 'warn' };
    default:
      return { tone: 'quiet' };
  }
}

/** The step that an event is of: its lane, or the node of a check. */
export const nodeOf = (event: JournalEvent): string | undefined => {
  if (event.type === 'assertion.evaluated') return event.data.node;
  return event.lane === 'run' || event.lane === 'verdict'
    ? undefined
    : (event.lane.split('/')[0] ?? event.lane);
};
