import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { BuilderController } from './builder.controller.js';
import { BuilderService } from './builder.service.js';

@Module({
  imports: [RunsModule],
  controllers: [BuilderController],
  providers: [BuilderService],
})
export class BuilderModule {}
