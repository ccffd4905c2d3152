import type { SqlDialect } from './structure/sql.js';
import type { ChatMessage, Json, ModelParams, StepError } from '@rehearse/contracts';

/**
 * What an assertion needs from outside before it can say anything. `route` names a route of the graph; empty where
 * there is none.
 */
export type Ask =
  | { kind: 'model'; route: string; messages: readonly ChatMessage[]; output: Json; params?: ModelParams }
  | { kind: 'embed'; route: string; texts: readonly string[] }
  | ScriptAsk
  | { kind: 'replay' };

/**
 * Something to be worked out where it can be ended from outside. `javascript`: `source` sees `output` and `context`, and
 * `form` says how it is written; the answer is what it gives. `sql`: whether `text` is SQL; the answer is a list of
 * problems.
 */
export type ScriptAsk =
  | {
      kind: 'script';
      language: 'javascript';
      source: string;
      form: ScriptForm;
      bindings: { output: Json; context: Json };
      seed: number;
    }
  | {
      kind: 'script';
      language: 'sql';
      text: string;
      dialect: SqlDialect;
      tables: readonly string[] | null;
      columns: readonly string[] | null;
    };

/**
 * One expression; the body of a function, or statements with the word `return` in them (whoever runs them finds out); or
 * statements, of which the last one's value counts.
 */
export type ScriptForm = 'expression' | 'body' | 'statements';

/** The text of a model, parsed when a schema was given; the vectors of an embedding; what a script gives. */
export type Answer = { ok: true; value: Json } | { ok: false; error: StepError };

/** An ask and where its answer goes: `/turn[1]`, within a set `.assert[0]/turn[1]`; its key is the assertion's id and this. */
export interface PlacedAsk {
  at: string;
  /** The type of the assertion that asks. */
  of: string;
  ask: Ask;
}

/** What is needed before the result can be told: all asks so far, the answered ones too, in the order of their making. */
export interface Asking {
  asks: readonly PlacedAsk[];
}

/** By the `at` of their asks. */
export type Answers = ReadonlyMap<string, Answer>;
