import { Module } from '@nestjs/common';
import { CompiledGraphs } from './compiled-graphs.js';
import { GraphsController } from './graphs.controller.js';
import { GraphsRepository } from './graphs.repository.js';
import { GraphsService } from './graphs.service.js';

@Module({
  controllers: [GraphsController],
  providers: [GraphsService, GraphsRepository, CompiledGraphs],
  exports: [GraphsService, CompiledGraphs],
})
export class GraphsModule {}
