import type { DynamicModule } from '@nestjs/common';
import { Global, Module } from '@nestjs/common';
import type { TenantDatabaseOptions } from './tenant-database.js';
import { TenantDatabase } from './tenant-database.js';

/** Gives every feature the TenantDatabase. The pools are closed when the application has shut down. */
@Global()
@Module({})
export class DatabaseModule {
  static register(options: TenantDatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [{ provide: TenantDatabase, useFactory: () => new TenantDatabase(options) }],
      exports: [TenantDatabase],
    };
  }
}
