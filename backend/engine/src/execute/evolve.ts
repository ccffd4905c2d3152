import type { EndReason, EventData, EventType, JournalEvent, ToolCall } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { RUN_LANE } from '../journal/digest.js';
import { turnOf } from '../journal/keys.js';
import type { NodeState, RunState, ToolCallState } from './state.js';

/** The state after an event. Pure: the state before it is not changed. */
export function evolve(graph: CompiledGraph, state: RunState, event: JournalEvent): RunState {
  const next = evolveRun(state, event);
  const node = graph.nodeById.get(event.lane);
  if (!node) return next;
  const before = next.nodes[node.index]!;
  const after = { ...evolveNode(before, event), lastSeq: event.seq };
  return { ...next, nodes: next.nodes.with(node.index, after) };
}

function evolveRun(state: RunState, event: JournalEvent): RunState {
  const next = { ...state, lastSeq: event.seq, lastKey: event.key, lastAt: event.at };
  switch (event.type) {
    case 'run.started': {
      const { vars, seed, chaos, caseId } = event.data;
      return { ...next, started: { vars, seed, chaos, caseId, at: event.at } };
    }
    case 'model.requested':
      return {
        ...next,
        totals: { ...state.totals, turns: state.totals.turns + (event.attempt === 1 ? 1 : 0) },
      };
    case 'model.responded':
      return { ...next, totals: addTotals(state.totals, event.data) };
    case 'budget.exceeded':
      return { ...next, ending: budgetEnding(event) };
    case 'assertion.evaluated':
      return {
        ...next,
        judged: new Set(state.judged).add(event.key),
        tally: countAssertion(state.tally, event.data),
      };
    case 'contract.violated':
      return {
        ...next,
        judged: new Set(state.judged).add(event.key),
        tally: { ...state.tally, failed: state.tally.failed + 1 },
      };
    case 'run.finished':
    case 'run.canceled':
      return { ...next, finished: true };
    default:
      return next;
  }
}

const budgetEnding = ({ lane, data }: JournalEvent<'budget.exceeded'>): EndReason => ({
  kind: 'budget',
  ...(lane === RUN_LANE ? {} : { node: lane }),
  message: data.limit,
});

const addTotals = (totals: RunState['totals'], data: EventData<'model.responded'>): RunState['totals'] => ({
  ...totals,
  tokens: totals.tokens + data.usage.inputTokens + data.usage.outputTokens,
  costUsd: totals.costUsd + (data.costUsd ?? 0),
});

/** A weight of 0 means: report, do not count. */
function countAssertion(tally: RunState['tally'], data: EventData<'assertion.evaluated'>): RunState['tally'] {
  if (data.weight === 0) return tally;
  return {
    failed: tally.failed + (data.verdict === 'failed' ? 1 : 0),
    errored: tally.errored + (data.verdict === 'errored' ? 1 : 0),
    counted: tally.counted + 1,
  };
}

function evolveNode(node: NodeState, event: JournalEvent): NodeState {
  switch (event.type) {
    case 'node.started':
      return { ...node, status: 'running', startedAt: event.at };
    case 'node.finished':
      return {
        ...node,
        status: 'finished',
        output: event.data.output,
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
      return { ...node, toolCalls: called(node, event) };
    case 'tool.returned':
      return { ...node, toolCalls: settle(node, event, { status: 'returned', result: event.data.result }) };
    case 'tool.failed':
      return { ...node, toolCalls: settle(node, event, { status: 'failed', error: event.data.error }) };
    default:
      return node;
  }
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
    target: event.data.target,
    targetAttempts: turn === node.turn ? node.targetAttempts + 1 : 1,
    repairs: node.repairs + (isRepair ? 1 : 0),
    failure: null,
    answer: null,
    messages: [...node.messages, ...event.data.messagesAdded],
  };
}

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
    costUsd: node.costUsd + (data.costUsd ?? 0),
  };
}

function called(node: NodeState, event: Event<'tool.called'>): readonly ToolCallState[] {
  const asked: ToolCall | undefined = node.answer?.toolCalls[toolIndex(event.key)];
  const call: ToolCallState = {
    key: event.key,
    id: asked?.id ?? event.key,
    name: event.data.tool,
    arguments: event.data.args,
    turn: event.data.turn,
    attempt: event.attempt,
    node: event.lane,
    status: 'called',
  };
  return [...node.toolCalls.filter((earlier) => earlier.key !== event.key), call];
}

const toolIndex = (key: string): number => Number(key.slice(key.lastIndexOf('#') + 1));

const settle = (
  node: NodeState,
  event: Pick<JournalEvent, 'key'>,
  change: Partial<ToolCallState>,
): readonly ToolCallState[] =>
  node.toolCalls.map((call) => (call.key === event.key ? { ...call, ...change } : call));
