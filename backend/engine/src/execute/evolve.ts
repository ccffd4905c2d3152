import type {
  EndReason,
  EventData,
  EventType,
  JournalEvent,
  JournalTarget,
  ToolCall,
} from '@rehearse/contracts';
import { addCosts, costOf } from '../journal/cost.js';
import { RUN_LANE, VERDICT_LANE } from '../journal/digest.js';
import { elapsedMs, fromInstant } from '../journal/instant.js';
import { inKeyOrder } from '../journal/key-order.js';
import { laneOf, turnOf } from '../journal/keys.js';
import type { CompiledNode } from '../graph/model.js';
import type { Slot } from './frame.js';
import { noteCall } from './chaos.js';
import { isSettled, PENDING, type NodeState, type ToolCallState } from './node-state.js';
import type { RunState } from './state.js';

/** Takes an event into the state. The state of a node is replaced, never changed: what was seen of it stays true. */
export function evolve(state: RunState, event: JournalEvent): void {
  evolveRun(state, event);
  if (event.lane === VERDICT_LANE) return evolveJudge(state, event);
  if (event.lane === RUN_LANE) return;
  const slot = state.slotOf(event.lane, event.key);
  if (!slot) return;
  state.facts.faults.observe(event);
  if (event.type === 'tool.returned') remember(state, slot, event);
  noteCall(state, slot, event);
  const before = slot.state;
  const after = evolveNode(before, event, slot.node);
  slot.frame.put(slot, after === before ? { ...before, lastSeq: event.seq } : seenAt(after, event.seq));
  if (!isSettled(before) && isSettled(slot.state)) state.unjudged.push(slot);
  spend(state, slot, event);
}

/** Of a state that nobody has seen yet. */
function seenAt(state: NodeState, seq: number): NodeState {
  state.lastSeq = seq;
  return state;
}

/** What agents ask and are answered counts in the budget. */
function spend(state: RunState, slot: Slot, event: JournalEvent): void {
  const { ledger } = state;
  if (event.type === 'model.requested') return ledger.request(event, slot.state.messages);
  if (event.type === 'model.responded') ledger.respond(event);
  if (event.type !== 'model.responded' && event.type !== 'model.failed' && !isSettled(slot.state)) return;
  state.release(slot.key);
}

/** What judges were asked and answered. */
function evolveJudge(state: RunState, event: JournalEvent): void {
  if (event.type === 'assertion.evaluated' || event.type === 'contract.violated') return;
  state.asked.set(event.key, evolveNode(state.asked.get(event.key) ?? PENDING, event));
  state.wake(event.key);
}

function remember({ facts }: RunState, { state }: Slot, { key, lane }: JournalEvent): void {
  const call = state.toolCalls.find((one) => one.key === key);
  if (call?.builtIn?.kind !== 'memory_write' || typeof call.arguments === 'string') return;
  const { key: name, value } = call.arguments;
  facts.memory.write({ lane, at: key, name: String(name), value: value ?? null });
}

function evolveRun(state: RunState, event: JournalEvent): void {
  state.lastSeq = event.seq;
  state.lastKey = event.key;
  state.lastAt = event.at;
  switch (event.type) {
    case 'run.started': {
      const { vars, seed, chaos, caseId, defaults } = event.data;
      state.started = { vars, seed, chaos, caseId, at: event.at };
      state.ledger.open(event.data);
      if (defaults) state.defaults = { ...state.defaults, ...defaults };
      return;
    }
    case 'run.paused':
      state.paused.since = event.at;
      return;
    case 'run.resumed': {
      const { since, totalMs } = state.paused;
      state.paused = { since: null, totalMs: totalMs + (since === null ? 0 : elapsedMs(since, event.at)) };
      return;
    }
    case 'governance.blocked':
      state.blocked.push(event.data.reason);
      return;
    case 'budget.exceeded':
      state.ending = budgetEnding(event);
      return;
    case 'assertion.evaluated':
      state.judged.add(event.key);
      state.close(event.key);
      noteContract(state, event);
      countAssertion(state.tally, event.data);
      return;
    case 'contract.violated':
      state.judged.add(event.key);
      state.broken.set(event.data.id, { verdict: 'failed', message: event.data.message });
      state.tally.failed += 1;
      if (state.stopsAt(event.key)) state.ending ??= contractEnding(event.data);
      return;
    case 'run.finished':
    case 'run.canceled':
      state.finished = true;
      return;
    default:
      return;
  }
}

/** A contract that could not be told. */
function noteContract(state: RunState, { key, data }: JournalEvent<'assertion.evaluated'>): void {
  if (key.startsWith('contract/')) state.broken.set(data.id, { verdict: 'errored', message: data.reason });
}

const budgetEnding = ({ lane, data }: JournalEvent<'budget.exceeded'>): EndReason => ({
  kind: 'budget',
  ...(lane === RUN_LANE ? {} : { node: lane }),
  message: data.limit,
});

/** Of a contract that ends the run: at the node whose event breaks it. */
const contractEnding = ({ id, key }: EventData<'contract.violated'>): EndReason => ({
  kind: 'contract',
  ...(key === RUN_LANE ? {} : { node: laneOf(key) }),
  message: id,
});

/** A weight of 0 means: report, do not count. */
function countAssertion(
  tally: RunState['tally'],
  { weight, verdict }: EventData<'assertion.evaluated'>,
): void {
  if (weight === 0) return;
  tally.counted += 1;
  if (verdict !== 'passed') tally[verdict] += 1;
}

/** `of` is the node; what a judge is asked is of none. */
function evolveNode(node: NodeState, event: JournalEvent, of?: CompiledNode): NodeState {
  switch (event.type) {
    case 'node.started':
      return { ...node, status: 'running', startedAt: event.at };
    case 'node.finished':
      return {
        ...node,
        status: 'finished',
        output: inKeyOrder(event.data.output),
        text: event.data.text,
        endedAt: event.at,
      };
    case 'node.skipped':
      return { ...node, status: 'skipped', endedAt: event.at };
    case 'node.errored':
      return { ...node, status: 'errored', error: event.data.error, endedAt: event.at };
    case 'branch.taken':
      return { ...node, branch: event.data.name };
    case 'provider.switched':
      return {
        ...node,
        first: firstOf(node, event.key, event.data.from),
        switches: { key: event.key, count: event.attempt },
        target: event.data.to,
        targetAttempts: 0,
        failure: null,
      };
    case 'model.requested':
      return requested(node, event);
    case 'model.responded':
      return responded(node, event.data);
    case 'model.failed':
      return { ...node, phase: 'failed', failure: event.data };
    case 'tool.called':
      return { ...node, toolCalls: called(node, event, of) };
    case 'tool.returned':
      return { ...node, toolCalls: settle(node, event, { status: 'returned', result: event.data.result }) };
    case 'tool.failed': {
      const { tool: _, ...failure } = event.data;
      return { ...node, toolCalls: settle(node, event, { status: 'failed', ...failure }) };
    }
    case 'handoff':
      return { ...node, handoff: handedOver(node, event) };
    case 'human.requested':
      return { ...node, asked: { ...event.data, at: event.key }, decision: null };
    case 'human.decided':
      return { ...node, decision: event.data };
    case 'timer.set':
      return { ...node, timer: { status: 'set', dueAtMs: fromInstant(event.at) + event.data.durationMs } };
    case 'timer.fired':
      return { ...node, timer: { ...node.timer, status: 'fired' } };
    default:
      return node;
  }
}

function handedOver(node: NodeState, { key, data }: JournalEvent<'handoff'>): NodeState['handoff'] {
  const { builtIn } = node.toolCalls.find((call) => call.key === key)!;
  return builtIn?.kind === 'handoff' ? { at: key, to: builtIn.to, message: data.message, event: data } : null;
}

type Event<T extends EventType> = JournalEvent<T>;

function requested(node: NodeState, event: Event<'model.requested'>): NodeState {
  const turn = turnOf(event.key) ?? node.turn;
  const isRepair = event.attempt === 1 && node.phase === 'answered' && node.answer?.toolCalls.length === 0;
  return {
    ...node,
    phase: 'asked',
    turn,
    attempt: event.attempt,
    asks: node.asks + (event.attempt === 1 ? 1 : 0),
    first: firstOf(node, event.key, event.data.target),
    target: event.data.target,
    targetAttempts: turn === node.turn ? node.targetAttempts + 1 : 1,
    repairs: node.repairs + (isRepair ? 1 : 0),
    failure: null,
    answer: null,
    messages: [...node.messages, ...event.data.messagesAdded],
  };
}

const firstOf = ({ first }: NodeState, key: string, target: JournalTarget): NodeState['first'] =>
  first?.key === key ? first : { key, target };

function responded(node: NodeState, data: EventData<'model.responded'>): NodeState {
  const { content, toolCalls, finishReason, usage } = data;
  const message = { role: 'assistant' as const, content, ...(toolCalls.length ? { toolCalls } : {}) };
  return {
    ...node,
    phase: 'answered',
    answer: { content, toolCalls, finishReason },
    messages: [...node.messages, message],
    usage: {
      inputTokens: node.usage.inputTokens + usage.inputTokens,
      outputTokens: node.usage.outputTokens + usage.outputTokens,
    },
    costUsd: addCosts(node.costUsd, costOf(data)),
  };
}

function called(
  node: NodeState,
  event: Event<'tool.called'>,
  of: CompiledNode | undefined,
): readonly ToolCallState[] {
  const asked: ToolCall | undefined = node.answer?.toolCalls[toolIndex(event.key)];
  const call: ToolCallState = {
    key: event.key,
    id: asked?.id ?? event.key,
    name: event.data.tool,
    arguments: event.data.args,
    turn: event.data.turn,
    attempt: event.attempt,
    node: nodeIdOf(event.lane),
    builtIn: builtInOf(of, event.data.tool),
    status: 'called',
  };
  return [...node.toolCalls.filter((earlier) => earlier.key !== event.key), call];
}

/** `each/item[2]/ask` is the node `ask`. */
const nodeIdOf = (lane: string): string => lane.slice(lane.lastIndexOf('/') + 1);

const builtInOf = (node: CompiledNode | undefined, name: string): ToolCallState['builtIn'] =>
  node && 'tools' in node ? node.tools.find((tool) => tool.name === name)?.builtIn : undefined;

const toolIndex = (key: string): number => Number(key.slice(key.lastIndexOf('#') + 1));

const settle = (
  node: NodeState,
  event: Pick<JournalEvent, 'key'>,
  change: Partial<ToolCallState>,
): readonly ToolCallState[] =>
  node.toolCalls.map((call) => (call.key === event.key ? { ...call, ...change } : call));
