import { Module } from '@nestjs/common';
import { ExperimentsModule } from '../experiments/index.js';
import { GraphsModule } from '../graphs/index.js';
import { InteropModule } from '../interop/index.js';
import { RunsModule } from '../runs/index.js';
import { DemoService } from './demo.service.js';

@Module({ imports: [ExperimentsModule, GraphsModule, InteropModule, RunsModule], providers: [DemoService] })
export class DemoModule {}
