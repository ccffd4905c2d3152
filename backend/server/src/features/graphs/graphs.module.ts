import { Module } from '@nestjs/common';
import { CompiledGraphs } from './compiled-graphs.js';
import { GraphsController } from './graphs.controller.js';
import { GraphsRepository } from './graphs.repository.js';
import { GraphsService } from './graphs.service.js';
import { SuitesController } from './suites.controller.js';
import { SuitesRepository } from './suites.repository.js';
import { SuitesService } from './suites.service.js';

@Module({
  controllers: [GraphsController, SuitesController],
  providers: [GraphsService, GraphsRepository, CompiledGraphs, SuitesRepository, SuitesService],
  exports: [GraphsService, CompiledGraphs, SuitesService],
})
export class GraphsModule {}
