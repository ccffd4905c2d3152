import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from './features/access/index.js';
import { BuilderModule } from './features/builder/index.js';
import { DemoModule } from './features/demo/index.js';
import { ExperimentsModule } from './features/experiments/index.js';
import { GraphsModule } from './features/graphs/index.js';
import { InteropModule } from './features/interop/index.js';
import { QaModule } from './features/qa/index.js';
import { SimulationsModule } from './features/simulations/index.js';
import { RetentionModule } from './features/retention/index.js';
import { RunDrivingModule, RunsModule } from './features/runs/index.js';
import { PlatformModule, type PlatformParts } from './platform/platform.module.js';

/** The features of the product; each is a module behind its own front door. */
const FEATURES = [
  AccessModule,
  GraphsModule,
  RunsModule,
  QaModule,
  SimulationsModule,
  ExperimentsModule,
  InteropModule,
  RetentionModule,
  BuilderModule,
  DemoModule,
];

@Module({})
export class AppModule {
  static of(parts: PlatformParts): DynamicModule {
    return { module: AppModule, imports: [PlatformModule.of(parts), ...FEATURES] };
  }
}

/** A process that drives runs and answers nothing but how it is. */
@Module({})
export class WorkerModule {
  static of(parts: PlatformParts): DynamicModule {
    return { module: WorkerModule, imports: [PlatformModule.of(parts), RunDrivingModule] };
  }
}
