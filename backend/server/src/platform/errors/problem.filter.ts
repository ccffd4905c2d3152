import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contextOf } from '../http/request-context.js';
import { RouteBook } from '../http/route-book.js';
import { Log } from '../logging/log.js';
import { AppError } from './app-error.js';
import { classify } from './classify.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';

/** Answers every error with a problem document; the whole error goes to the log alone. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log: Log;

  constructor(
    log: Log,
    private readonly routes: RouteBook,
  ) {
    this.log = log.named('http');
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = this.refine(classify(thrown), request);
    if (error.status >= 500) this.log.error(`${request.method} ${pathOf(request)} failed`, { error: thrown });
    this.answer(error, { request, reply });
  }

  private answer(
    error: AppError,
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  ): void {
    // A stream that was begun cannot become a problem document; the client sees it break off.
    if (reply.raw.headersSent) return void reply.raw.destroy();
    reply.headers(error.headers);
    void reply
      .status(error.status)
      .header('content-type', PROBLEM_TYPE)
      .header('cache-control', 'no-store')
      .send(problemOf(error, contextOf(request).requestId));
  }

  /** The router only knows "no such route"; whether the path exists for another method is in the book. */
  private refine(error: AppError, request: FastifyRequest): AppError {
    if (error.code !== 'request/not-found' || !request.is404) return error;
    const path = pathOf(request);
    const methods = this.routes.methodsOf(path);
    if (methods.length === 0)
      return new AppError('request/not-found', `${request.method} ${path} is not a path of this server.`);
    const allow = methods.join(', ');
    return new AppError('request/method-not-allowed', `${path} takes ${allow}, not ${request.method}.`, {
      headers: { Allow: allow },
    });
  }
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0]!;
