import type { JournalEvent, JsonObject, StepError } from '@rehearse/contracts';
import { payloadDigest, runDigest, verdictDigest } from '@rehearse/engine';
import { openJournal, RUN_PLACE } from './open-journal.js';

interface CrashedRun {
  runId: string;
  epoch: number;
  vars: JsonObject;
  seed: number;
  chaos: string | null;
  caseId: string | null;
  repeat: number;
  live: boolean;
  offline: boolean;
}

/** A run that takes longer than the operator allows. */
export class RunTimeout extends Error {
  constructor(seconds: number) {
    super(`it was driven longer than RUN_TIMEOUT allows, ${seconds} s`);
  }
}

export const timeoutError = (message: string): StepError => ({
  code: 'run/timeout',
  message,
  category: 'timeout',
});

export const crashError = (message: string): StepError => ({
  code: 'engine/crashed',
  message,
  category: 'engine',
});

/** The events that end a journal when something broke on our side: errored, for we could not tell. */
export function crashEnding(
  run: CrashedRun,
  { journal, message, now }: { journal: readonly JournalEvent[]; message: string; now: () => number },
): JournalEvent[] {
  const { runId, epoch, vars, seed, chaos, caseId, repeat, live, offline } = run;
  const started = { vars, seed, chaos, caseId, repeat, live, offline };
  const { writer, opening } = openJournal({ runId, epoch, started, journal }, now);
  const reason = { kind: 'error', message } as const;
  const digest = runDigest({
    started: payloadDigest('run.started', started),
    heads: [],
    stopped: { kind: reason.kind, node: null },
  });
  const data = {
    verdict: 'errored',
    output: null,
    digest,
    verdictDigest: verdictDigest(journal),
    reason,
  } as const;
  return [...opening, writer.append({ type: 'run.finished', ...RUN_PLACE, data })];
}
