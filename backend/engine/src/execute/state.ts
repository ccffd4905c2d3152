import type {
  ChatMessage,
  EndReason,
  Json,
  JsonObject,
  StepError,
  Target,
  ToolCall,
} from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';

/** A tool call that was made, with its answer once there is one. */
export interface ToolCallState {
  key: string;
  id: string;
  name: string;
  arguments: JsonObject | string;
  turn: number;
  attempt: number;
  node: string;
  status: 'called' | 'returned' | 'failed';
  result?: Json;
  error?: StepError;
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
  turn: number;
  /** Of the current turn. */
  attempt: number;
  target: Target | null;
  /** How often the turn with this key has changed its target. */
  switches: { key: string; count: number };
  /** Attempts that the current target has had in the current turn. */
  targetAttempts: number;
  repairs: number;
  /** What the model is doing: nothing yet, asked, answered, or failed. */
  phase: 'idle' | 'asked' | 'answered' | 'failed';
  failure: { error: StepError; retryable: boolean } | null;
  answer: Answer | null;
  toolCalls: readonly ToolCallState[];
  usage: { inputTokens: number; outputTokens: number };
  costUsd: number;
}

/** What the events so far fold to, as far as `decide` needs it. Never changed in place. */
export interface RunState {
  started: { vars: JsonObject; seed: number; chaos: string | null; caseId: string | null; at: string } | null;
  /** In file order, as the graph's nodes. */
  nodes: readonly NodeState[];
  /** Ids of assertions and contracts that have a result. */
  judged: ReadonlySet<string>;
  tally: { failed: number; errored: number; counted: number };
  totals: { turns: number; tokens: number; costUsd: number };
  ending: EndReason | null;
  finished: boolean;
  lastSeq: number;
  lastKey: string;
  lastAt: string;
}

const PENDING: NodeState = {
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
  attempt: 0,
  target: null,
  switches: { key: '', count: 0 },
  targetAttempts: 0,
  repairs: 0,
  phase: 'idle',
  failure: null,
  answer: null,
  toolCalls: [],
  usage: { inputTokens: 0, outputTokens: 0 },
  costUsd: 0,
};

export const initialState = (graph: CompiledGraph): RunState => ({
  started: null,
  nodes: graph.nodes.map(() => PENDING),
  judged: new Set(),
  tally: { failed: 0, errored: 0, counted: 0 },
  totals: { turns: 0, tokens: 0, costUsd: 0 },
  ending: null,
  finished: false,
  lastSeq: 0,
  lastKey: 'run',
  lastAt: '',
});

export const isSettled = (node: NodeState): boolean =>
  node.status === 'finished' || node.status === 'skipped' || node.status === 'errored';
