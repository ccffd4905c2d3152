import type {
  AssertionView,
  ContractView,
  EndReason,
  HumanRequestView,
  Json,
  JsonObject,
  RunRequested,
  RunStatus,
  RunSummary,
  RunVerdict,
  RunView,
  StepError,
  StepView,
} from '@rehearse/contracts';
import type { RunFold } from '@rehearse/engine';

/** The part of a fold that is kept with a finished run, so that it is shown without its journal. */
export interface FoldedViews {
  steps: StepView[];
  assertions: AssertionView[];
  contracts: ContractView[];
  /** A run that was kept before there was memory has none. */
  memory?: JsonObject;
}

/** What a run's row holds once its journal has ended. */
export interface FinalState extends FoldedViews {
  status: 'finished' | 'canceled';
  verdict: RunVerdict | null;
  output: Json;
  reason: EndReason | null;
  error: StepError | null;
  digest: string | null;
  verdictDigest: string | null;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
  durationMs: number | null;
  startedAt: string | null;
  finishedAt: string | null;
}

/** What a follow-up is compared with. */
export interface Follows {
  runId: string;
  relation: string;
}

/** A run as it is stored, without its journal. */
export interface RunRecord {
  id: string;
  tenantId: string;
  graphVersionId: string;
  graph: string;
  graphVersion: number;
  graphDigest: string;
  imported: boolean;
  /** The profile that its payloads were redacted by, what it took over from a parent apart; null: nobody says that they were. */
  redaction: string | null;
  experiment: string | null;
  caseId: string | null;
  repeat: number;
  matrix: JsonObject | null;
  seed: number;
  vars: JsonObject;
  chaos: string | null;
  live: boolean;
  offline: boolean;
  status: RunStatus;
  verdict: RunVerdict | null;
  output: Json;
  reason: EndReason | null;
  error: StepError | null;
  views: FoldedViews | null;
  digest: string | null;
  verdictDigest: string | null;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
  durationMs: number | null;
  lastSeq: number;
  parent: { runId: string; fromSeq: number } | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** When it goes on, if it waits for time. */
  wakeAt: string | null;
  follows: Follows | null;
  /** What somebody asked for that has not taken effect. */
  requested: RunRequested | null;
  /** The run that was made in its place. */
  retriedAs: string | null;
}

export const isOver = (status: RunStatus): boolean => status === 'finished' || status === 'canceled';

export function finalState(fold: RunFold): FinalState {
  return {
    status: fold.status === 'canceled' ? 'canceled' : 'finished',
    verdict: fold.verdict,
    output: fold.output,
    reason: fold.reason,
    error: fold.error,
    digest: fold.digest,
    verdictDigest: fold.verdictDigest,
    inputTokens: fold.usage.inputTokens,
    outputTokens: fold.usage.outputTokens,
    costUsd: fold.costUsd,
    durationMs: fold.durationMs,
    startedAt: fold.startedAt,
    finishedAt: fold.finishedAt,
    steps: fold.steps,
    assertions: fold.assertions,
    contracts: fold.contracts,
    memory: fold.memory,
  };
}

export function runSummary(run: RunRecord): RunSummary {
  return {
    id: run.id as RunSummary['id'],
    graph: run.graph,
    graphVersion: run.graphVersion,
    graphDigest: run.graphDigest,
    status: run.status,
    verdict: run.verdict,
    seed: run.seed,
    caseId: run.caseId,
    repeat: run.repeat,
    ...(run.matrix && { matrix: run.matrix }),
    chaos: run.chaos,
    experiment: run.experiment as RunSummary['experiment'],
    usage: {
      inputTokens: run.inputTokens,
      outputTokens: run.outputTokens,
      totalTokens: run.inputTokens + run.outputTokens,
    },
    costUsd: run.costUsd,
    durationMs: run.durationMs,
    digest: run.digest,
    verdictDigest: run.verdictDigest,
    reason: run.reason,
    imported: run.imported,
    lastSeq: run.lastSeq,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    ...(run.follows && { follows: run.follows as RunSummary['follows'] }),
    ...(run.requested && { requested: run.requested }),
    ...(run.retriedAs !== null && { retriedAs: run.retriedAs as RunSummary['retriedAs'] }),
    ...(run.wakeAt !== null && { wakeAt: run.wakeAt }),
  };
}

/** A run with its steps; of a live one they come from a fold of the journal so far. */
export function runView(
  run: RunRecord,
  live: RunFold | null,
  waitingFor: readonly HumanRequestView[] = [],
): RunView {
  const views = run.views ?? live ?? { steps: [], assertions: [], contracts: [] };
  const { memory = {} } = views;
  const view: RunView = {
    ...runSummary(run),
    vars: run.vars,
    output: run.output,
    live: run.live,
    offline: run.offline,
    assertions: views.assertions,
    contracts: views.contracts,
    steps: views.steps,
    memory,
    error: run.error,
    parent: run.parent as RunView['parent'],
  };
  if (live && !run.views)
    Object.assign(view, { usage: live.usage, costUsd: live.costUsd, lastSeq: live.lastSeq });
  if (waitingFor.length > 0 && !isOver(run.status)) {
    view.waitingFor = [...waitingFor];
    // It asks before its worker has put it down; a paused one may be answered too, and goes on when it is resumed.
    if (run.status !== 'paused') view.status = 'waiting';
  }
  return view;
}

/** A run as the beginning of its journal has it: what came later is not there yet. */
export function runViewAt(run: RunRecord, fold: RunFold): RunView {
  const { status, verdict, output, reason, error, usage, costUsd, durationMs, memory } = fold;
  return {
    ...runView({ ...run, views: null, status, verdict, output, reason, error, durationMs }, fold),
    ...{ usage, costUsd, memory, digest: fold.digest, verdictDigest: fold.verdictDigest },
    ...{ startedAt: fold.startedAt, finishedAt: fold.finishedAt, lastSeq: fold.lastSeq },
  };
}
