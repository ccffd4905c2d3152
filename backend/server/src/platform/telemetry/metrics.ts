import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const NANOSECONDS = 1e9;

/** What Prometheus reads. Names carry their unit; no label holds a tenant, a run or anything else that grows. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  private readonly runs = new Counter({
    name: 'runs_total',
    help: 'Runs that ended, by verdict; canceled ones as canceled.',
    labelNames: ['status'],
    registers: [this.registry],
  });

  private readonly runDuration = new Histogram({
    name: 'run_duration_seconds',
    help: 'Time from the start of a run to its end.',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.watchEventLoop();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** A run that ended; `status` is its verdict, or `canceled`. */
  runEnded({ status, durationMs }: { status: string; durationMs: number }): void {
    this.runs.inc({ status });
    this.runDuration.observe(durationMs / 1_000);
  }

  /** A number that is read when somebody asks, such as the length of a queue. */
  gauge(options: { name: string; help: string; read: () => number }): void {
    new Gauge({
      name: options.name,
      help: options.help,
      registers: [this.registry],
      collect() {
        this.set(options.read());
      },
    });
  }

  /** The same with labels, whose values have to be few. */
  gauges<Label extends string>(options: {
    name: string;
    help: string;
    labels: readonly Label[];
    read: () => readonly { labels: Record<Label, string>; value: number }[];
  }): void {
    new Gauge({
      ...{ name: options.name, help: options.help, labelNames: options.labels },
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels, value } of options.read()) this.set(labels, value);
      },
    });
  }

  /** Routes are labelled by their pattern, and what has none by one word, so that no client makes series. */
  watch(server: FastifyInstance): void {
    server.addHook('onResponse', (request, reply, done) => {
      const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
      const labels = { method: request.method, route, status: String(reply.statusCode) };
      this.requests.observe(labels, reply.elapsedTime / 1_000);
      done();
    });
  }

  private watchEventLoop(): void {
    const delay = monitorEventLoopDelay({ resolution: 20 });
    delay.enable();
    this.gauge({
      name: 'eventloop_lag_seconds',
      help: '99th percentile of how late the event loop was since the last time somebody asked.',
      read: () => {
        const lag = Number.isNaN(delay.percentile(99)) ? 0 : delay.percentile(99) / NANOSECONDS;
        delay.reset();
        return lag;
      },
    });
  }
}
