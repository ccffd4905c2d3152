import { Module } from '@nestjs/common';
import { GraphsModule } from '../graphs/index.js';
import { RunsModule } from '../runs/index.js';
import { BaselinesController } from './baselines.controller.js';
import { BaselinesRepository } from './baselines.repository.js';
import { ExperimentComparisonsService } from './experiment-comparisons.service.js';
import { ExperimentControlService } from './experiment-control.service.js';
import { ExperimentsController } from './experiments.controller.js';
import { ExperimentsRepository } from './experiments.repository.js';
import { ExperimentsService } from './experiments.service.js';

@Module({
  imports: [GraphsModule, RunsModule],
  controllers: [BaselinesController, ExperimentsController],
  providers: [
    BaselinesRepository,
    ExperimentComparisonsService,
    ExperimentsService,
    ExperimentControlService,
    ExperimentsRepository,
  ],
  exports: [ExperimentsService],
})
export class ExperimentsModule {}
