import { Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { currentRequest } from '../http/request-context.js';

/** What a line may carry beside its message. */
export interface LogFields {
  tenantId?: string;
  runId?: string;
  key?: string;
  durationMs?: number;
  correlationId?: string;
  error?: unknown;
  [name: string]: unknown;
}

type Level = 'error' | 'warn' | 'info' | 'debug';

/** The log. Correlation and tenant come from the request that is being served, unless the line says otherwise. */
@Injectable()
export class Log {
  constructor(
    private readonly pino: Logger,
    private readonly name = 'rehearse',
  ) {}

  named(name: string): Log {
    return new Log(this.pino, name);
  }

  error(message: string, fields?: LogFields): void {
    this.write('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.write('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.write('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.write('debug', message, fields);
  }

  private write(level: Level, message: string, { error, ...fields }: LogFields = {}): void {
    const request = currentRequest();
    this.pino[level](
      {
        logger: this.name,
        ...(request ? { correlationId: request.requestId } : {}),
        ...(request?.principal ? { tenantId: request.principal.tenantId } : {}),
        ...fields,
        ...(error === undefined ? {} : { error: describeError(error) }),
      },
      message,
    );
  }
}

interface DescribedError {
  code?: string;
  message: string;
  stack?: string;
  cause?: DescribedError;
}

function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    ...(typeof code === 'string' ? { code } : {}),
    message: error.message,
    ...(error.stack ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && depth < 4 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}
