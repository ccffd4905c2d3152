import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/app-error.js';
import type { Lifecycle } from './lifecycle.js';

/** Paths that answer while the server drains: how else would anyone see that it does? */
const ALWAYS = new Set(['/health', '/live', '/ready', '/metrics', '/metrics/prometheus']);

/** Counts requests, and refuses new ones while the server drains. */
export class RequestsInFlight {
  private readonly open = new Set<object>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly lifecycle: Lifecycle) {}

  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      if (ALWAYS.has(request.url.split('?', 1)[0]!)) return done();
      if (this.lifecycle.isDraining) {
        reply.header('connection', 'close');
        return done(
          new AppError('server/draining', 'Try again; another start is on its way.', {
            headers: { 'Retry-After': '5' },
          }),
        );
      }
      this.open.add(request.raw);
      reply.raw.once('close', () => this.leave(request.raw));
      done();
    });
  }

  get count(): number {
    return this.open.size;
  }

  /** Resolves when no request is open, or after the time given. */
  async settle(timeoutMs: number): Promise<void> {
    if (this.open.size === 0) return;
    await new Promise<void>((resolve) => {
      const settled = () => {
        clearTimeout(timer);
        this.waiting.delete(settled);
        resolve();
      };
      const timer = setTimeout(settled, timeoutMs);
      this.waiting.add(settled);
    });
  }

  private leave(request: object): void {
    this.open.delete(request);
    if (this.open.size === 0) for (const resolve of this.waiting) resolve();
  }
}
