import { nodePorts } from '@rehearse/adapters';
import type { JournalEvent, ReplayAnswer, ReplayQuery, ReplayRequest } from '@rehearse/contracts';
import {
  checkedBy,
  type CompiledGraph,
  compareWithTape,
  foldRun,
  forkBaseOf,
  judgesIn,
  namedContracts,
  nodeTypesOf,
  provenanceOf,
  regrade,
  regradeRecording,
  replayRecording,
  replayStrict,
  type StrictReplay,
} from '@rehearse/engine';
import { Inject, Injectable } from '@nestjs/common';
import { type Config } from '../../platform/config/index.js';
import { CONFIG } from '../../platform/config/token.js';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { WRITERS } from '../access/index.js';
import { GraphsService } from '../graphs/index.js';
import {
  callSettings,
  ForksService,
  type RunRecord,
  runSummary,
  RunsService,
  type RunWithJournal,
  SCRIPTS,
  type Scripts,
  sound,
} from '../runs/index.js';

const WAIT_MS = 60_000;

type Of<Mode extends ReplayRequest['mode']> = Extract<ReplayRequest, { mode: Mode }>;

/** Goes through the journals of runs again, in five modes. */
@Injectable()
export class ReplaysService {
  constructor(
    private readonly runs: RunsService,
    private readonly graphs: GraphsService,
    private readonly forks: ForksService,
    @Inject(SCRIPTS) private readonly scripts: Scripts,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async replay(
    principal: Principal,
    runId: string,
    request: ReplayRequest,
    { all }: ReplayQuery = {},
  ): Promise<ReplayAnswer> {
    switch (request.mode) {
      case 'regrade':
        return this.regrade(principal, await this.recorded(principal, runId), request);
      case 'compare':
        return this.compare(principal, await this.recorded(principal, runId), {
          ...request,
          all: all === 'true',
        });
      case 'fork':
      case 'chaos':
        return this.fork(principal, runId, request);
      default:
        return strict(await this.recorded(principal, runId));
    }
  }

  private recorded(principal: Principal, runId: string): Promise<RunWithJournal> {
    return this.runs.withJournal(principal, runId);
  }

  private async regrade(
    principal: Principal,
    { run, events, graph }: RunWithJournal,
    { assert, contracts, judges }: Of<'regrade'>,
  ): Promise<ReplayAnswer> {
    if (judges === 'live') requireWriter(principal);
    const checks = assert || contracts ? sound(checkedBy(graph, { assert, contracts })).graph : null;
    if (!graph) return regraded(run, events, { checks: checks ?? (await this.lentTo(principal, run)) });
    const own = checks ?? graph;
    const ports = nodePorts({
      ...{ graph: own, runId: run.id, seed: run.seed, offline: run.offline, live: false },
      ...{ settings: callSettings(this.config), script: this.scripts, human: { ask: async () => null } },
    });
    const replay = await regrade({ graph, events, checks: own, judges, ports });
    const asked = judges === 'live' ? judgesIn(replay.events) : [];
    const fold = foldRun(replay.events, namedContracts(replay.graph), nodeTypesOf(replay.graph));
    const tape = answersIn(events) - (judges === 'live' ? judgesIn(events).length : 0);
    return {
      ...answerOf(run, 'regrade', replay),
      ...{ answers: { tape, live: asked.length }, costUsd: provenanceOf(asked, null).costUsd },
      ...{ verdict: replay.verdict, recordedVerdict: replay.recordedVerdict },
      ...{ assertions: fold.assertions, contracts: fold.contracts },
    };
  }

  /** The graph that an import was checked by, if it was given one. */
  private lentTo({ tenantId }: Principal, { graphVersionId }: RunRecord): Promise<CompiledGraph | null> {
    return this.graphs.compiledVersion(tenantId, graphVersionId);
  }

  private async compare(
    { tenantId }: Principal,
    { run, events, graph }: RunWithJournal,
    { graphVersion, all }: Of<'compare'> & { all: boolean },
  ): Promise<ReplayAnswer> {
    if (!graph)
      throw new AppError(
        'replay/only-recorded',
        'An imported recording has no graph whose versions could be compared.',
      );
    const other = await this.versionOf(tenantId, run, graphVersion);
    const replay = await compareWithTape({ graph: other, recordedGraph: graph, events });
    const requests = all ? replay.requests : replay.requests.filter(({ change }) => change !== 'same');
    return {
      ...answerOf(run, 'compare', replay),
      ...{ answers: { tape: answersIn(replay.events), live: 0 }, costUsd: 0 },
      ...{ requests, unreached: replay.unreached },
    };
  }

  /** Another version of the graph of a run, by its number or digest, with the values that the matrix gave the run. */
  private async versionOf(
    tenantId: string,
    run: RunRecord,
    version: number | string,
  ): Promise<CompiledGraph> {
    const isNumber = typeof version === 'number' || /^\d{1,9}$/.test(version);
    const stored = isNumber
      ? await this.graphs.find(tenantId, `${run.graph}@${version}`).catch(nullIfMissing)
      : await this.graphs.findByDigest(tenantId, { name: run.graph, digest: version });
    const found = stored && (await this.graphs.compiledVersion(tenantId, stored.versionId, run.matrix));
    if (found) return found;
    throw new AppError('replay/no-such-version', `The graph ${run.graph} has no version ${version}.`, {
      errors: [{ path: 'graphVersion', message: 'there is no such version' }],
    });
  }

  private async fork(
    principal: Principal,
    runId: string,
    request: Of<'fork' | 'chaos'>,
  ): Promise<ReplayAnswer> {
    requireWriter(principal);
    const { tenantId } = principal;
    const before = await this.recorded(principal, runId);
    const id = await this.forks.make(principal, runId, request);
    await this.runs.waitForEnd(tenantId, id, request.wait ?? WAIT_MS);
    const { run, events } = await this.runs.withJournalSoFar(principal, id);
    const { tape, live, costUsd, origins } = provenanceOf(events, before.events);
    const base = forkBaseOf(events)!;
    const { digest, verdictDigest } = run;
    const identical =
      digest !== null && digest === before.run.digest && verdictDigest === before.run.verdictDigest;
    return {
      ...{ run: runSummary(run), mode: request.mode, identical, reexecuted: true },
      ...{ digest: digest ?? '', verdictDigest: verdictDigest ?? '' },
      ...{ answers: { tape, live }, costUsd, origins },
      ...{ verdict: run.verdict, recordedVerdict: before.run.verdict },
      parent: { runId: base.data.parent, fromSeq: base.data.fromSeq, copied: base.seq - 1 },
    };
  }
}

const answersIn = (events: readonly JournalEvent[]): number => provenanceOf(events, null).origins.length;

function answerOf(
  run: RunRecord,
  mode: ReplayAnswer['mode'],
  { identical, reexecuted, digest, verdictDigest, divergence }: StrictReplay,
) {
  const answer = { run: runSummary(run), mode, identical, reexecuted, digest, verdictDigest };
  return divergence ? { ...answer, divergence } : answer;
}

async function strict(recorded: RunWithJournal): Promise<ReplayAnswer> {
  const replay = await strictly(recorded);
  const answers = { tape: answersIn(recorded.events), live: 0 };
  return { ...answerOf(recorded.run, 'strict', replay), answers, costUsd: 0 };
}

async function strictly({ run, events, graph }: RunWithJournal): Promise<StrictReplay> {
  if (graph) return replayStrict({ graph, events });
  const replay = replayRecording({ events, graphDigest: run.graphDigest });
  if (replay.identical) requireSameFold({ run, events });
  return replay;
}

function regraded(
  run: RunRecord,
  events: readonly JournalEvent[],
  { checks }: { checks: CompiledGraph | null },
): ReplayAnswer {
  const replay = regradeRecording({ events, graphDigest: run.graphDigest, checks: checks ?? undefined });
  const fold = foldRun(replay.events, checks ? namedContracts(checks) : []);
  return {
    ...answerOf(run, 'regrade', replay),
    ...{ answers: { tape: answersIn(events), live: 0 }, costUsd: 0 },
    ...{ verdict: replay.verdict, recordedVerdict: replay.recordedVerdict },
    ...{ assertions: fold.assertions, contracts: fold.contracts },
  };
}

/** Whoever makes runs, or asks somebody, spends something. */
function requireWriter({ role, scopes }: Principal): void {
  const may = role === 'API' ? scopes.includes('runs:write') : WRITERS.some((one) => one === role);
  if (!may)
    throw new AppError(
      'access/forbidden',
      `A replay that asks somebody anew is for ${WRITERS.join(', ')}, and for API keys with the scope runs:write.`,
    );
}

function nullIfMissing(error: unknown): null {
  if (error instanceof AppError && error.code === 'graph/not-found') return null;
  throw error;
}

/** The stored state of a recording is the fold of its events; anything else is our own fault and is said aloud. */
function requireSameFold({ run, events }: Pick<RunWithJournal, 'run' | 'events'>): void {
  const fold = foldRun(events);
  if (fold.verdict !== run.verdict || fold.digest !== run.digest || fold.verdictDigest !== run.verdictDigest)
    throw new Error(`run ${run.id}: the stored state is not the fold of its journal`);
}
