import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { type Config } from './config/index.js';
import { CONFIG } from './config/token.js';
import { TenantDatabase } from './database/index.js';
import { ProblemFilter, invalidRequest } from './errors/index.js';
import { HealthController, Lifecycle, Readiness } from './health/index.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { IdempotencyRepository } from './http/idempotency.repository.js';
import { RateLimits, RouteBook } from './http/index.js';
import { Log } from './logging/index.js';
import { OpenApi, OpenApiController } from './openapi/index.js';
import { Metrics, MetricsController, Tracing } from './telemetry/index.js';

/** What is made before Nest starts, because it lives longer or is needed earlier. */
export interface PlatformParts {
  config: Config;
  log: Log;
  database: TenantDatabase;
  lifecycle: Lifecycle;
  readiness: Readiness;
  routes: RouteBook;
  rateLimits: RateLimits;
  metrics: Metrics;
  tracing: Tracing;
}

/** The ground that every feature stands on; its parts can be injected everywhere. */
@Module({})
export class PlatformModule {
  static of(parts: PlatformParts): DynamicModule {
    const shared = [
      { provide: CONFIG, useValue: parts.config },
      { provide: Log, useValue: parts.log },
      { provide: TenantDatabase, useValue: parts.database },
      { provide: Lifecycle, useValue: parts.lifecycle },
      { provide: Readiness, useValue: parts.readiness },
      { provide: RouteBook, useValue: parts.routes },
      { provide: RateLimits, useValue: parts.rateLimits },
      { provide: Metrics, useValue: parts.metrics },
      { provide: Tracing, useValue: parts.tracing },
      OpenApi,
    ];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController, OpenApiController],
      providers: [
        ...shared,
        IdempotencyRepository,
        { provide: APP_FILTER, useClass: ProblemFilter },
        {
          provide: APP_PIPE,
          useValue: new StandardSchemaValidationPipe({ exceptionFactory: invalidRequest }),
        },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
      ],
      exports: shared,
    };
  }
}
