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

/** The run is not to be gone on with; why, as its error tells it. */
export class RunGivenUp extends Error {
  private constructor(
    readonly told: Pick<StepError, 'code' | 'category'>,
    message: string,
  ) {
    super(message);
  }

  /** It takes longer than the operator allows. */
  static timeout(seconds: number): RunGivenUp {
    const message = `it was driven longer than RUN_TIMEOUT allows, ${seconds} s`;
    return new RunGivenUp({ code: 'run/timeout', category: 'timeout' }, message);
  }

  /** Whoever drives it is lost, again and again, and it gets no further. */
  static takenUp(times: number): RunGivenUp {
    const message =
      `it was taken up ${times} times from a worker that was lost while it had the run, and got no further: the step that is ` +
      'next seems to end the process (its memory, a program); RUN_MAX_TAKEOVERS says how often that is tried';
    return new RunGivenUp({ code: 'run/too-many-takeovers', category: 'engine' }, message);
  }
}

/** What a run says of what broke on our side. */
export const crashError = (error: unknown, message: string): StepError =>
  error instanceof RunGivenUp
    ? { ...error.told, message }
    : { code: 'engine/crashed', message, category: 'engine' };

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
