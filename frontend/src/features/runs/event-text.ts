import type { EventData, EventType, JournalEvent } from '@rehearse/contracts';
import { count, duration, plural, usd } from '../../ui/format.js';
import { callText, cut, inWords, joined, messageText, targetText } from './event-words.js';
import { toneOf, type EventTone } from './event-tone.js';

export interface EventText {
  tone: EventTone;
  text: string;
}

const UNHARMED = 'the fault found nothing to change';

/** What each type of event says in one line. */
const TEXTS: { [T in EventType]: (data: EventData<T>, event: JournalEvent<T>) => string } = {
  'run.started': ({ seed, caseId, repeat, vars, chaos, live, follows }) =>
    joined(
      `seed ${seed}`,
      caseId && `case ${caseId} #${repeat}`,
      chaos && `chaos ${chaos}`,
      live && 'live',
      follows && `follows a run for ${follows.relation}`,
      Object.keys(vars).length > 0 && inWords(vars),
    ),
  'run.paused': ({ by, reason }) => byWhom('paused', { by, reason }),
  'run.resumed': ({ by }) => byWhom('goes on', { by }),
  'run.canceled': ({ by, reason }) => byWhom('canceled', { by, reason }),
  'run.finished': ({ verdict, output, reason }) =>
    joined(verdict, inWords(output), reason.kind !== 'completed' && ending(reason)),
  'run.claimed': ({ worker }) => `worker ${cut(worker)}`,
  'node.started': ({ type }, { key }) => joined(type, placeText(key)),
  'node.finished': ({ output, text }) => inWords(output ?? text),
  'node.skipped': ({ reason }) => WHY_SKIPPED[reason],
  'node.errored': ({ error }) => errorText(error),
  'model.requested': ({ target, messagesAdded }, { lane, key }) =>
    joined(
      lane === 'verdict' ? `judge of ${stepOf(key)}` : turnText(key),
      targetText(target),
      messageText(messagesAdded.at(-1)),
    ),
  'model.responded': ({ content, toolCalls, usage, ttftMs, finishReason, isUnharmed }) =>
    joined(
      toolCalls.length > 0 ? toolCalls.map(callText).join(', ') : inWords(content),
      !USUAL_ENDS.has(finishReason) && `ended by ${finishReason}`,
      usage.inputTokens + usage.outputTokens > 0 &&
        `${count(usage.inputTokens)} → ${count(usage.outputTokens)} tokens`,
      ttftMs !== undefined && `first after ${duration(ttftMs)}`,
      isUnharmed && UNHARMED,
    ),
  'model.failed': ({ error, retryable, retryAfterMs }) =>
    joined(
      errorText(error),
      retryable &&
        (retryAfterMs ? `may be tried again after ${duration(retryAfterMs)}` : 'may be tried again'),
    ),
  'provider.switched': ({ from, to, reason }) =>
    `${targetText(from)} → ${targetText(to)}: ${cut(WHY_SWITCHED[reason] ?? reason)}`,
  'tool.called': ({ tool, args }) => memoryText({ tool, args }) ?? callText({ name: tool, arguments: args }),
  'tool.returned': ({ tool, result, isUnharmed }) =>
    joined(`${tool} → ${inWords(result)}`, isUnharmed && UNHARMED),
  'tool.failed': ({ tool, error }) =>
    `${tool} ${error.category === 'policy' ? 'is refused' : 'fails'} · ${errorText(error)}`,
  handoff: ({ from, to, message }) => `${from} → ${to}: ${inWords(message)}`,
  'human.requested': ({ prompt, approvers }) =>
    `asks ${approvers && approvers.length > 0 ? approvers.join(', ') : 'whoever may decide'}: ${inWords(prompt)}`,
  'human.decided': ({ decision, value, by, reason }) =>
    joined(
      `${by} ${DECIDES[decision]}${reason ? `: ${cut(reason)}` : ''}`,
      value !== undefined && value !== null && inWords(value),
    ),
  'timer.set': ({ durationMs }) => `for ${duration(durationMs)}`,
  'timer.fired': () => 'the time is up',
  'random.seeded': ({ seed }) => `seed ${seed}`,
  'branch.taken': ({ name }) => `goes to ${name}`,
  'race.won': ({ winner }) => `${winner} was first`,
  'chaos.injected': ({ fault, on, rule }) => `${fault} on ${on} (${rule})`,
  'assertion.evaluated': ({ id, verdict, type, reason, score }) =>
    `${type} ${verdict}${score > 0 && score < 1 ? ` with ${Number(score.toFixed(3))}` : ''} (${id}): ${cut(reason)}`,
  'contract.violated': ({ id, message, seq, severity }) =>
    joined(`${id}: ${cut(message)}`, severity, `broken at seq ${seq}`),
  'budget.exceeded': ({ limit, max, used }) => `${limit}: ${AMOUNTS[limit](used)} of ${AMOUNTS[limit](max)}`,
  'governance.redacted': ({ count: values }) => `${plural(values, 'value')} redacted`,
  'governance.blocked': ({ reason }) => cut(reason),
  'fork.base': ({ parent, fromSeq, edits, fault }) =>
    joined(
      `from seq ${fromSeq} of run ${parent}`,
      edits.length > 0 && plural(edits.length, 'edit'),
      fault !== undefined && `${fault.fault.fault} at ${fault.on}, ${fault.key}`,
    ),
  log: ({ message }) => cut(message),
};

const WHY_SKIPPED: Record<EventData<'node.skipped'>['reason'], string> = {
  when: 'its condition does not hold',
  join: 'what it needs did not finish',
  handoff: 'nobody handed work to it',
};
const WHY_SWITCHED: Record<string, string> = { not_configured: 'it is not configured' };
const USUAL_ENDS = new Set(['stop', 'tool_calls', 'end_turn', 'tool_use']);
const DECIDES = { approve: 'approves', modify: 'modifies', reject: 'rejects' } as const;
const ENDINGS = {
  completed: 'completed',
  error: 'ended by an error',
  budget: 'ended by the budget',
  contract: 'ended by a contract',
  stopped: 'stopped',
} as const;
const AMOUNTS: Record<EventData<'budget.exceeded'>['limit'], (amount: number) => string> = {
  maxCostUsd: usd,
  maxTokens: count,
  maxDuration: duration,
  maxTurns: count,
};

const ending = ({ kind, node, message }: EventData<'run.finished'>['reason']): string =>
  `${ENDINGS[kind]}${node ? ` at ${node}` : ''}${message ? `: ${cut(message)}` : ''}`;

const byWhom = (what: string, { by, reason }: { by?: string | undefined; reason?: string | undefined }) =>
  `${what}${by ? ` by ${cut(by)}` : ''}${reason ? `: ${cut(reason)}` : ''}`;

const errorText = ({ code, message }: EventData<'node.errored'>['error']): string =>
  `${code}: ${cut(message)}`;

/** Memory is a pair of tools; what they do is said, not how they are called. */
function memoryText({ tool, args }: Pick<EventData<'tool.called'>, 'tool' | 'args'>): string | undefined {
  if (typeof args !== 'object' || typeof args['key'] !== 'string') return undefined;
  if (tool === 'memory_read') return `reads ${cut(args['key'])} from memory`;
  if (tool === 'memory_write') return `remembers ${cut(args['key'])}: ${inWords(args['value'])}`;
  return undefined;
}

const stepOf = (key: string): string => key.replace(/\/turn\[\d+\].*$/, '');

/** `item 2, iteration 3`: which of several executions of a node an event is of. */
const placeText = (key: string): string =>
  [...key.matchAll(/\/(item|iter)\[(\d+)\]/g)]
    .map(([, kind, number]) => `${kind === 'item' ? 'item' : 'iteration'} ${number}`)
    .join(', ');

const turnText = (key: string): string | undefined => {
  const turn = /\/turn\[(\d+)\]/.exec(key)?.[1];
  return turn && turn !== '1' ? `turn ${turn}` : undefined;
};

/** An event in one line. */
export const describeEvent = (event: JournalEvent): EventText => ({
  tone: toneOf(event),
  text: (TEXTS[event.type] as (data: unknown, event: JournalEvent) => string)(event.data, event),
});
