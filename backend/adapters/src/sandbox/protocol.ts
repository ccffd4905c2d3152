import type { ScriptAsk } from '@rehearse/engine';

/** One line to the process: a job. Its answers come back in the order of the jobs. */
export type Job = ScriptAsk;

/** One line from the process. `ready` comes once, before the first answer. */
export type Reply =
  | { ready: true }
  | { value: unknown }
  | { error: { code: 'sandbox/timeout' | 'sandbox/memory' | 'sandbox/error'; message: string } };

/** How much a job may take. */
export interface Limits {
  /** Of a processor, in milliseconds. */
  cpuMs: number;
  memoryBytes: number;
  stackBytes: number;
  /** Of the answer, in characters of JSON. */
  answerChars: number;
}
