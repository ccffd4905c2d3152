import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from './features/access/index.js';
import { PlatformModule, type PlatformParts } from './platform/platform.module.js';

/** The features of the product; each is a module behind its own front door. */
const FEATURES = [AccessModule];

@Module({})
export class AppModule {
  static of(parts: PlatformParts): DynamicModule {
    return { module: AppModule, imports: [PlatformModule.of(parts), ...FEATURES] };
  }
}
