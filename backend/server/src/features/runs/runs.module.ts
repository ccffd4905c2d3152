import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { GraphsModule } from '../graphs/index.js';
import { Actors } from './actors.js';
import { CassettesService } from './cassettes.service.js';
import { ControlsService } from './controls.service.js';
import { DecisionsRepository } from './decisions.repository.js';
import { DecisionsService } from './decisions.service.js';
import { EstimatesController } from './estimates.controller.js';
import { EstimatesRepository } from './estimates.repository.js';
import { EstimatesService } from './estimates.service.js';
import { ForksController } from './forks.controller.js';
import { ForksRepository } from './forks.repository.js';
import { ForksService } from './forks.service.js';
import { RunDiffsService } from './run-diffs.service.js';
import { RunDrivingModule } from './run-driving.module.js';
import { RunLists } from './run-lists.js';
import { RunStreams } from './run-streams.js';
import { RunsController } from './runs.controller.js';
import { RunsGateway } from './runs.gateway.js';
import { RunsService } from './runs.service.js';

@Module({
  imports: [AccessModule, GraphsModule, RunDrivingModule],
  controllers: [RunsController, ForksController, EstimatesController],
  providers: [
    Actors,
    CassettesService,
    ControlsService,
    DecisionsRepository,
    DecisionsService,
    EstimatesRepository,
    EstimatesService,
    ForksRepository,
    ForksService,
    RunDiffsService,
    RunLists,
    RunStreams,
    RunsGateway,
    RunsService,
  ],
  exports: [ControlsService, DecisionsService, ForksService, RunsService, RunDrivingModule],
})
export class RunsModule {}
