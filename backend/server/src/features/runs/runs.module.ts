import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { GraphsModule } from '../graphs/index.js';
import { Actors } from './actors.js';
import { CassettesService } from './cassettes.service.js';
import { CircuitMetrics } from './circuit-metrics.js';
import { ControlsRepository } from './controls.repository.js';
import { ControlsService } from './controls.service.js';
import { DecisionsRepository } from './decisions.repository.js';
import { DecisionsService } from './decisions.service.js';
import { ForksController } from './forks.controller.js';
import { ForksRepository } from './forks.repository.js';
import { ForksService } from './forks.service.js';
import { QueueDispatcher } from './queue-dispatcher.js';
import { RUN_DISPATCHER } from './run-dispatcher.js';
import { RunAlarm } from './run-alarm.js';
import { RunDiffsService } from './run-diffs.service.js';
import { RunFeed } from './run-feed.js';
import { RunLists } from './run-lists.js';
import { RunQueueRepository } from './run-queue.repository.js';
import { RunSignals } from './run-signals.js';
import { RunSpans } from './run-spans.js';
import { RunStreams } from './run-streams.js';
import { RunWorkRepository } from './run-work.repository.js';
import { RunWorker } from './run-worker.js';
import { RunsController } from './runs.controller.js';
import { RunsGateway } from './runs.gateway.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';
import { SCRIPTS, scriptsProvider } from './scripts.js';
import { WorkerLease } from './worker-lease.js';
import { WorkersRepository } from './workers.repository.js';

@Module({
  imports: [AccessModule, GraphsModule],
  controllers: [RunsController, ForksController],
  providers: [
    { provide: RUN_DISPATCHER, useClass: QueueDispatcher },
    scriptsProvider,
    Actors,
    CassettesService,
    CircuitMetrics,
    ControlsRepository,
    ControlsService,
    DecisionsRepository,
    DecisionsService,
    ForksRepository,
    ForksService,
    RunAlarm,
    RunDiffsService,
    RunFeed,
    RunLists,
    RunQueueRepository,
    RunSignals,
    RunSpans,
    RunStreams,
    RunWorkRepository,
    RunWorker,
    RunsGateway,
    RunsRepository,
    RunsService,
    WorkerLease,
    WorkersRepository,
  ],
  exports: [ControlsService, DecisionsService, ForksService, RunsService, SCRIPTS],
})
export class RunsModule {}
