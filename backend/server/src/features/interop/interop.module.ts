import { Module } from '@nestjs/common';
import { ExperimentsModule } from '../experiments/index.js';
import { GraphsModule } from '../graphs/index.js';
import { GraphImportsService } from './graph-imports.service.js';
import { InteropController } from './interop.controller.js';
import { InteropService } from './interop.service.js';

@Module({
  imports: [ExperimentsModule, GraphsModule],
  controllers: [InteropController],
  providers: [InteropService, GraphImportsService],
  exports: [InteropService],
})
export class InteropModule {}
