import { Module } from '@nestjs/common';
import { CompiledGraphsModule } from '../graphs/index.js';
import { CallMetrics } from './call-metrics.js';
import { ControlsRepository } from './controls.repository.js';
import { DatabaseClock } from './database-clock.js';
import { QueueDispatcher } from './queue-dispatcher.js';
import { RunAlarm } from './run-alarm.js';
import { RUN_DISPATCHER } from './run-dispatcher.js';
import { RunFeed } from './run-feed.js';
import { RunQueueRepository } from './run-queue.repository.js';
import { RunSignals } from './run-signals.js';
import { RunMeter } from './run-meter.js';
import { RunSpans } from './run-spans.js';
import { RunWorkRepository } from './run-work.repository.js';
import { RunWorker } from './run-worker.js';
import { RunsRepository } from './runs.repository.js';
import { SCRIPTS, scriptsProvider } from './scripts.js';
import { WorkerLease } from './worker-lease.js';
import { WorkersRepository } from './workers.repository.js';

/** All that a process needs to drive runs, and nothing that answers requests. */
@Module({
  imports: [CompiledGraphsModule],
  providers: [
    { provide: RUN_DISPATCHER, useClass: QueueDispatcher },
    scriptsProvider,
    CallMetrics,
    ControlsRepository,
    DatabaseClock,
    RunAlarm,
    RunFeed,
    RunQueueRepository,
    RunSignals,
    RunMeter,
    RunSpans,
    RunWorkRepository,
    RunWorker,
    RunsRepository,
    WorkerLease,
    WorkersRepository,
  ],
  exports: [RUN_DISPATCHER, SCRIPTS, ControlsRepository, RunFeed, RunWorkRepository, RunsRepository],
})
export class RunDrivingModule {}
