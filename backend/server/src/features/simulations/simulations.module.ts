import { Module } from '@nestjs/common';
import { ExperimentsModule } from '../experiments/index.js';
import { GraphsModule } from '../graphs/index.js';
import { RunsModule } from '../runs/index.js';
import { SimulationsController } from './simulations.controller.js';
import { SimulationsRepository } from './simulations.repository.js';
import { SimulationsService } from './simulations.service.js';

@Module({
  imports: [ExperimentsModule, GraphsModule, RunsModule],
  controllers: [SimulationsController],
  providers: [SimulationsRepository, SimulationsService],
})
export class SimulationsModule {}
