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
  /** In US dollars. */
  costUsd: number;
  latencyMs: number;
  /** Set when something ended the run before its end; `reason` completes "the run ended early: …". */
  endedEarly?: { reason: string };
  /** The variables of expressions and templates: `inputs`, `nodes`, `run`, `case`, … */
  bindings: Readonly<Record<string, Json>>;
}
