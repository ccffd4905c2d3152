import type { Json } from '@rehearse/contracts';

/** A tool call that was made, in the order of the run. */
export interface SubjectToolCall {
  name: string;
  /** An object; a string where the model sent broken JSON. */
  arguments: Json;
  /** From 1, within its node. */
  turn: number;
  node: string;
  result?: Json;
  error?: string;
}

/** One agent giving work to another. */
export interface SubjectHandoff {
  from: string;
  to: string;
}

/** A fault that was injected, and whether what it hit came through all the same. */
export interface SubjectFault {
  fault: string;
  /** What it hit: `tool:lookup_order`. */
  on: string;
  key: string;
  recovered: boolean;
  /** It found nothing to change. */
  isUnharmed?: boolean;
}

/** What an assertion looks at: a run, or one node of it. Pure data, the same in a replay. */
export interface AssertionSubject {
  /** Null when there is none; then nothing can be said about the output. */
  output: Json | null;
  text: string | null;
  toolCalls: readonly SubjectToolCall[];
  /** Executions of nodes. */
  steps: number;
  finishReason?: string;
  usage: { inputTokens: number; outputTokens: number; totalTokens: number };
  /** In US dollars; null where it is not known. */
  costUsd: number | null;
  latencyMs: number;
  /** The parameters of the graph's tools, as JSON Schema; null where a tool takes anything. */
  tools?: ReadonlyMap<string, Json>;
  /** The nodes that no node needs and that finished, in file order. */
  leaves?: readonly string[];
  /** In the order in which they were made. */
  handoffs?: readonly SubjectHandoff[];
  /** Faults that chaos injected so far. */
  faults?: readonly SubjectFault[];
  /** What became of the contracts so far, by id. */
  contracts?: ReadonlyMap<string, { verdict: 'failed' | 'errored'; message: string }>;
  /** Why a provider or a policy stopped something: `content_filter`, say. */
  blocked?: readonly string[];
  /** Set when something ended the run before its end; `reason` completes "the run ended early: …". */
  endedEarly?: { reason: string };
  /** The variables of expressions and templates: `inputs`, `nodes`, `run`, `case`, … */
  bindings: Readonly<Record<string, Json>>;
}
