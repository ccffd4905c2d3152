import { type CallSettings, nodePorts } from '@rehearse/adapters';
import type { JournalEvent } from '@rehearse/contracts';
import {
  type CompiledGraph,
  drawSeedOf,
  executeRun,
  foldRun,
  looseIn,
  namedContracts,
  nodeTypesOf,
  runFolder,
  sketchOf,
} from '@rehearse/engine';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Config } from '../../platform/config/index.js';
import { CONFIG } from '../../platform/config/token.js';
import { DatabaseError } from '../../platform/database/index.js';
import { failpoint } from '../../platform/failpoint.js';
import { Lifecycle } from '../../platform/health/lifecycle.js';
import { Log } from '../../platform/logging/index.js';
import { Metrics } from '../../platform/telemetry/index.js';
import { CompiledGraphs } from '../graphs/index.js';
import { callSettings } from './call-settings.js';
import { crashEnding, crashError, RunGivenUp } from './crash-ending.js';
import { ControlsRepository, type FoldOf } from './controls.repository.js';
import { DatabaseClock } from './database-clock.js';
import {
  type DriveContext,
  type DriveOutcome,
  RUN_DISPATCHER,
  type RunDispatcher,
} from './run-dispatcher.js';
import { RunFeed, type RunNotice } from './run-feed.js';
import { openRequests } from './open-requests.js';
import { people } from './people.js';
import { RunAlarm } from './run-alarm.js';
import { RunOrders } from './run-orders.js';
import { ClaimLost, GroupWriter, type RunBatch } from './run-journal.js';
import type { ClaimedRun } from './run-queue.repository.js';
import { finalState } from './run-records.js';
import { RunMeter } from './run-meter.js';
import { type RunSpan, RunSpans } from './run-spans.js';
import { RunWorkRepository } from './run-work.repository.js';
import { SCRIPTS, type Scripts } from './scripts.js';

/** How long a run rests before it is taken up again when the database did not answer: longer with each claim. */
const RETRY_AFTER_MS = 2_000;
const MAX_RETRY_MS = 300_000;

/** A run that goes on sooner is kept: to put it down and take it up again would cost more. */
const WORTH_RESTING_MS = 1_000;

interface DrivenRun {
  graph: CompiledGraph;
  recorded: readonly JournalEvent[];
  stop: AbortController;
  span: RunSpan;
  meter: ReturnType<RunMeter['open']>;
}

/** Drives claimed runs: goes on behind the journal of one, writes what happens, and brings it to an end whatever happens. */
@Injectable()
export class RunWorker implements OnApplicationBootstrap {
  private readonly log: Log;
  private readonly writer: GroupWriter;
  private readonly settings: CallSettings;

  constructor(
    @Inject(RUN_DISPATCHER) private readonly dispatcher: RunDispatcher,
    @Inject(SCRIPTS) private readonly scripts: Scripts,
    private readonly runs: RunWorkRepository,
    private readonly controls: ControlsRepository,
    private readonly compiled: CompiledGraphs,
    private readonly feed: RunFeed,
    private readonly alarm: RunAlarm,
    private readonly clock: DatabaseClock,
    private readonly lifecycle: Lifecycle,
    private readonly spans: RunSpans,
    private readonly meter: RunMeter,
    private readonly metrics: Metrics,
    log: Log,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.settings = callSettings(config);
    this.log = log.named('runs');
    this.writer = new GroupWriter({
      write: async (batches) => {
        failpoint('journal.before_append');
        const ours = await this.runs.write(batches);
        failpoint('journal.after_append');
        return ours;
      },
      written: (batch) => this.written(batch),
    });
    const load = (what: 'queued' | 'active') => () => this.dispatcher.load()[what];
    for (const name of ['runs_queued', 'queue_depth'])
      metrics.gauge({ name, help: 'Runs that wait for a place.', read: load('queued') });
    metrics.gauge({ name: 'runs_active', help: 'Runs that are driven now.', read: load('active') });
  }

  async onApplicationBootstrap(): Promise<void> {
    const work = await this.dispatcher.work((run, context) => this.drive(run, context));
    this.lifecycle.onDrain(async (drainMs) => {
      await work.stop(drainMs);
      await this.writer.idle();
      this.scripts.close();
    });
  }

  private written(batch: RunBatch): void {
    this.feed.appended(batch);
    if (!batch.final) return;
    const { verdict, status, durationMs } = batch.final;
    this.metrics.runEnded({ status: verdict ?? status, durationMs: durationMs ?? 0 });
    this.feed.changed(batch);
  }

  private async drive(run: ClaimedRun, context: DriveContext): Promise<DriveOutcome> {
    const orders = this.ordersFor(run);
    try {
      if (run.takeovers > this.config.runMaxTakeovers) throw RunGivenUp.takenUp(run.takeovers);
      failpoint('drive.begin');
      orders.take(run.requested);
      this.feed.changed(run);
      return await this.execute(run, { ...context, orders });
    } catch (error) {
      if (context.signal.aborted) return 'yield';
      return this.recover(run, error);
    } finally {
      orders.close();
    }
  }

  private ordersFor(run: ClaimedRun): RunOrders {
    return new RunOrders({
      requested: () => this.runs.requested(run),
      follow: (listener) =>
        this.feed.follow(run.runId, ({ kind }) => isAbout(kind, 'requested') && listener()),
    });
  }

  private async execute(
    run: ClaimedRun,
    { signal, rest, orders }: DriveContext & { orders: RunOrders },
  ): Promise<DriveOutcome> {
    const startedAt = performance.now();
    const { caseId, repeat, vars, seed, chaos, live, offline, epoch, runId } = run;
    const { recorded, parent } = await this.journalsOf(run);
    const content = () => this.runs.graphContent(run.graphVersionId, run.tenantId);
    const graph = await this.compiled.get(run.graphVersionId, content, run.matrix);
    const { stop, pause } = orders;
    if (looseIn(recorded) && epoch === 1 && (await this.runs.stopBeyondLimit(run))) orders.take('stop');
    if (orders.isStopped) return await this.acknowledge(run, graph);
    const onShutdown = () => stop.abort(signal.reason);
    signal.addEventListener('abort', onShutdown);
    const span = this.spans.open({ runId, graph: graph.name });
    const human = people({
      // Nobody can have decided what has never been asked.
      decisions: recorded.length > 0 ? await this.runs.decisions(run) : new Map(),
      decided: () => this.runs.decisions(run),
      follow: (listener) => this.feed.follow(runId, ({ kind }) => isAbout(kind, 'decided') && listener()),
    });
    let dueAtMs: number | null = null;
    const { runTimeout } = this.config;
    const limit = setTimeout(() => stop.abort(RunGivenUp.timeout(runTimeout)), runTimeout * 1_000);
    try {
      const { finished } = await executeRun({
        ...{ graph, runId, vars, seed, caseId, repeat, chaos, live, offline, recorded, epoch },
        ...{ parent, isFresh: epoch === 1 },
        follows: await this.followed(run, graph),
        ports: nodePorts({
          ...{ graph, runId, offline, live, human, tenant: run.tenantId, clock: this.clock.clock },
          seed: drawSeedOf(recorded) ?? seed,
          ...{ settings: this.settings, script: this.scripts },
        }),
        mayRest: (due) => {
          dueAtMs = due;
          return due === null || due - this.clock.now() > WORTH_RESTING_MS;
        },
        journal: this.journalOf(run, { graph, recorded, stop, span, meter: this.meter.open() }),
        signal: stop.signal,
        pause: AbortSignal.any([pause.signal, rest]),
        onToken: (key, text) => this.feed.token({ runId, key, text }),
      });
      if (!finished && stop.signal.aborted && !orders.isStopped) throw stop.signal.reason;
      if (!finished && (orders.isStopped || pause.signal.aborted)) return await this.acknowledge(run, graph);
      // Where it rests now another worker goes on.
      if (!finished && rest.aborted) return 'yield';
      if (!finished) return await this.putDown(run, dueAtMs);
      // Its follow-ups are queued, and can begin now.
      if (graph.metamorphic.length > 0) await this.dispatcher.poke(run);
      this.log.debug('run ended', {
        runId,
        tenantId: run.tenantId,
        durationMs: performance.now() - startedAt,
      });
      return 'done';
    } finally {
      clearTimeout(limit);
      signal.removeEventListener('abort', onShutdown);
      span.end();
    }
  }

  /** What a run goes on behind: its own journal, which a fork has from the start, and that of the run it was forked from. */
  private async journalsOf({ epoch, parentRunId, ...ticket }: ClaimedRun) {
    const recorded = epoch > 1 || parentRunId !== null ? await this.runs.journal(ticket) : [];
    if (parentRunId === null) return { recorded, parent: null };
    const parent = await this.runs.journal({ ...ticket, runId: parentRunId });
    // What was erased is asked anew.
    return { recorded, parent: parent.length > 0 ? parent : null };
  }

  /** The run rests, and its journal says that what was asked has taken effect; it goes on if nothing is asked any more. */
  private async acknowledge(run: ClaimedRun, graph: CompiledGraph): Promise<DriveOutcome> {
    await this.writer.settled(run.runId);
    const fold: FoldOf = async (_, journal) => foldRun(journal, namedContracts(graph), nodeTypesOf(graph));
    failpoint('control.before_ack');
    const effected = await this.controls.acknowledge(run, { now: () => this.clock.now(), fold });
    failpoint('control.after_ack');
    if (effected === 'withdrawn') return 'yield';
    if (effected === 'lost') throw new ClaimLost(run.runId);
    this.written({ ...effected, epoch: run.epoch });
    if (!effected.final) {
      this.feed.changed(effected);
      return { parked: {} };
    }
    if (graph.metamorphic.length > 0) await this.dispatcher.poke(run);
    return 'done';
  }

  /**
   * A run that waits for people, or for time, stays in the database alone; one that was decided meanwhile goes on at
   * once.
   */
  private async putDown(run: ClaimedRun, dueAtMs: number | null): Promise<DriveOutcome> {
    await this.writer.settled(run.runId);
    const open = new Set(openRequests(await this.runs.journal(run)).map(({ key }) => key));
    if (open.size === 0 && dueAtMs === null)
      throw new Error('no step of the graph can go on, and the run has not ended');
    const wakeInMs = dueAtMs === null ? null : Math.max(0, dueAtMs - this.clock.now());
    failpoint('park.before');
    const parking = await this.runs.park(run, { open, wakeInMs });
    failpoint('park.after');
    if (parking === 'called') return 'yield';
    if (parking === 'lost') throw new ClaimLost(run.runId);
    const { runId, tenantId } = run;
    if (wakeInMs !== null) this.alarm.within(wakeInMs);
    this.feed.changed({ runId, tenantId, isWaiting: open.size > 0 });
    return { parked: {} };
  }

  /** What a follow-up is compared with, from the journal of the run that it follows. */
  private async followed({ follows, tenantId }: ClaimedRun, graph: CompiledGraph) {
    if (!follows) return null;
    const source = sketchOf(graph, await this.runs.journal({ runId: follows.runId, tenantId }));
    if (!source) throw new Error(`the run that it follows, ${follows.runId}, did not come to its end`);
    return { relation: follows.relation, source };
  }

  /** Where the engine puts its events. A write that fails stops the run at once: nothing may stand behind a gap. */
  private journalOf(run: ClaimedRun, { graph, recorded, stop, span, meter }: DrivenRun) {
    const folder = runFolder(namedContracts(graph), nodeTypesOf(graph));
    for (const event of recorded) folder.push(event);
    const { runId, tenantId, epoch } = run;
    return {
      append: (events: readonly JournalEvent[]): Promise<void> => {
        for (const event of events) {
          folder.push(event);
          span.saw(event);
          meter(event);
        }
        const final = isEnd(events.at(-1)) ? finalState(folder.view()) : null;
        const durable = this.writer.append({ runId, tenantId, epoch, events: [...events], final });
        durable.catch((error: unknown) => stop.abort(error));
        return durable;
      },
    };
  }

  private async recover(run: ClaimedRun, error: unknown): Promise<DriveOutcome> {
    const { runId, tenantId } = run;
    const restMs = Math.min(MAX_RETRY_MS, RETRY_AFTER_MS * run.epoch);
    const again: DriveOutcome = { parked: { wakeAt: new Date(Date.now() + restMs) } };
    // Where only the answer to a write was lost the claim stands, and the journal says how far the run got.
    if (error instanceof ClaimLost) return again;
    try {
      if (error instanceof DatabaseError) throw error;
      this.log.error('a run broke', { runId, tenantId, error });
      await this.endErrored(run, error);
      await this.dispatcher.poke(run);
      return 'done';
    } catch (failure) {
      this.log.warn('a run rests until the database answers', { runId, tenantId, error: failure });
      return again;
    }
  }

  /** The run ends errored, with the reason in its journal, and never stays behind as running. */
  private async endErrored(run: ClaimedRun, error: unknown): Promise<void> {
    const { runId, tenantId, epoch } = run;
    const message = `The run could not be brought to its end: ${error instanceof Error ? error.message : String(error)}`;
    await this.writer.settled(run.runId);
    const journal = await this.runs.journal(run);
    const events = crashEnding(run, { journal, message, now: () => this.clock.now() });
    const folder = runFolder();
    for (const event of [...journal, ...events]) folder.push(event);
    const fold = folder.view();
    const final = { ...finalState(fold), error: fold.error ?? crashError(error, message) };
    await this.writer.append({ runId, tenantId, epoch, events, final });
  }
}

/** Whether to look: it was said, or may have been. */
const isAbout = (said: RunNotice['kind'], kind: 'requested' | 'decided') =>
  said === kind || said === 'missed';

const isEnd = (event: JournalEvent | undefined): boolean =>
  event?.type === 'run.finished' || event?.type === 'run.canceled';
