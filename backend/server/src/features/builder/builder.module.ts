import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { BuilderController } from './builder.controller.js';
import { BuilderService } from './builder.service.js';
import { GraphWriter } from './graph-writer.js';

@Module({
  imports: [RunsModule],
  controllers: [BuilderController],
  providers: [BuilderService, GraphWriter],
})
export class BuilderModule {}
