import { Module } from '@nestjs/common';
import { CompiledGraphs } from './compiled-graphs.js';
import { GraphsController } from './graphs.controller.js';
import { GraphsRepository } from './graphs.repository.js';
import { GraphsService } from './graphs.service.js';
import { PersonasController } from './personas.controller.js';
import { PersonasRepository } from './personas.repository.js';
import { PersonasService } from './personas.service.js';
import { SuitesController } from './suites.controller.js';
import { SuitesRepository } from './suites.repository.js';
import { SuitesService } from './suites.service.js';

/** What driving runs needs of graphs. */
@Module({ providers: [CompiledGraphs], exports: [CompiledGraphs] })
export class CompiledGraphsModule {}

@Module({
  imports: [CompiledGraphsModule],
  controllers: [GraphsController, PersonasController, SuitesController],
  providers: [
    GraphsService,
    GraphsRepository,
    PersonasRepository,
    PersonasService,
    SuitesRepository,
    SuitesService,
  ],
  exports: [GraphsService, PersonasService, CompiledGraphsModule, SuitesService],
})
export class GraphsModule {}
