import { Module } from '@nestjs/common';
import { GraphsModule } from '../graphs/index.js';
import { QaModule } from '../qa/index.js';
import { RunsModule } from '../runs/index.js';
import { AttributionsController } from './attributions.controller.js';
import { AttributionsRepository } from './attributions.repository.js';
import { AttributionsService } from './attributions.service.js';
import { BaselinesController } from './baselines.controller.js';
import { BaselinesRepository } from './baselines.repository.js';
import { ExperimentComparisonsService } from './experiment-comparisons.service.js';
import { ExperimentControlService } from './experiment-control.service.js';
import { ExperimentMetricsRepository } from './experiment-metrics.repository.js';
import { ExperimentMetricsService } from './experiment-metrics.service.js';
import { ExperimentReplaysService } from './experiment-replays.service.js';
import { ExperimentsController } from './experiments.controller.js';
import { ExperimentsRepository } from './experiments.repository.js';
import { ExperimentsService } from './experiments.service.js';
import { ObservedRuns } from './observed-runs.js';

@Module({
  imports: [GraphsModule, QaModule, RunsModule],
  controllers: [AttributionsController, BaselinesController, ExperimentsController],
  providers: [
    AttributionsRepository,
    AttributionsService,
    BaselinesRepository,
    ObservedRuns,
    ExperimentComparisonsService,
    ExperimentsService,
    ExperimentControlService,
    ExperimentMetricsRepository,
    ExperimentMetricsService,
    ExperimentReplaysService,
    ExperimentsRepository,
  ],
  exports: [ExperimentsService],
})
export class ExperimentsModule {}
