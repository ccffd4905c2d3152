import type {
  ChatMessage,
  EventData,
  Json,
  JsonObject,
  StepError,
  JournalTarget,
  ToolCall,
} from '@rehearse/contracts';

import type { Cost } from '../journal/cost.js';
import type { BuiltIn } from '../graph/built-in-tools.js';

/** A tool call that was made, with its answer once there is one. */
export interface ToolCallState {
  key: string;
  id: string;
  name: string;
  arguments: JsonObject | string;
  turn: number;
  attempt: number;
  node: string;
  /** What the run answers itself. */
  builtIn?: BuiltIn | undefined;
  status: 'called' | 'returned' | 'failed';
  result?: Json;
  error?: StepError;
  /** Of a call that failed; as the journal has them. */
  retryable?: boolean | undefined;
  retryAfterMs?: number | undefined;
}

/** The answer of a model that is being acted on. */
export interface Answer {
  content: string | null;
  toolCalls: readonly ToolCall[];
  finishReason: string;
}

export interface NodeState {
  status: 'pending' | 'running' | 'finished' | 'skipped' | 'errored';
  output: Json;
  text: string | null;
  error: StepError | null;
  startedAt: string | null;
  endedAt: string | null;
  lastSeq: number;
  branch: string | null;
  messages: readonly ChatMessage[];
  /** The current one. */
  turn: number;
  /** Turns that a model was asked for; in a conversation the script has some of them. */
  asks: number;
  /** Of the current turn. */
  attempt: number;
  target: JournalTarget | null;
  /** The target that the turn with this key has tried first. */
  first: { key: string; target: JournalTarget } | null;
  /** How often the turn with this key has changed its target. */
  switches: { key: string; count: number };
  /** Attempts that the current target has had in the current turn. */
  targetAttempts: number;
  repairs: number;
  /** What the model is doing: nothing yet, asked, answered, or failed. */
  phase: 'idle' | 'asked' | 'answered' | 'failed';
  failure: EventData<'model.failed'> | null;
  answer: Answer | null;
  toolCalls: readonly ToolCallState[];
  usage: { inputTokens: number; outputTokens: number };
  costUsd: Cost;
  /** By which call the work was handed to which node; the names of both agents are in the event. */
  handoff: { at: string; to: string; message: string; event: EventData<'handoff'> } | null;
  /** A person was asked, and what they decided. */
  asked: (EventData<'human.requested'> & { at: string }) | null;
  decision: EventData<'human.decided'> | null;
  /** `dueAtMs` since 1970-01-01T00:00:00Z. */
  timer: { status: 'none' | 'set' | 'fired'; dueAtMs: number };
}

export const PENDING: NodeState = {
  status: 'pending',
  output: null,
  text: null,
  error: null,
  startedAt: null,
  endedAt: null,
  lastSeq: 0,
  branch: null,
  messages: [],
  turn: 0,
  asks: 0,
  attempt: 0,
  target: null,
  first: null,
  switches: { key: '', count: 0 },
  targetAttempts: 0,
  repairs: 0,
  phase: 'idle',
  failure: null,
  answer: null,
  toolCalls: [],
  usage: { inputTokens: 0, outputTokens: 0 },
  costUsd: 0,
  handoff: null,
  asked: null,
  decision: null,
  timer: { status: 'none', dueAtMs: 0 },
};

export const isSettled = (node: NodeState): boolean =>
  node.status === 'finished' || node.status === 'skipped' || node.status === 'errored';
