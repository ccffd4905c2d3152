import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const NANOSECONDS = 1e9;

interface Named<Label extends string> {
  name: string;
  help: string;
  labels?: readonly Label[];
}

interface Labelled<Label extends string> {
  labels: Record<Label, string>;
  value: number;
}

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

  private readonly rejections = new Counter({
    name: 'rate_limit_rejections_total',
    help: 'Requests of a principal or an address, and messages of a socket, that came too fast.',
    labelNames: ['scope'],
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

  rateLimited(scope: 'principal' | 'address' | 'socket'): void {
    this.rejections.inc({ scope });
  }

  /** Counts up, by one unless it is told; the labels' values have to be few. */
  counter<Label extends string = never>(
    options: Named<Label>,
  ): (labels: Record<Label, string>, by?: number) => void {
    const counter = new Counter(this.described(options));
    return (labels, by = 1) => counter.inc(labels, by);
  }

  histogram<Label extends string>({
    buckets,
    ...options
  }: Named<Label> & { buckets: number[] }): (labels: Record<Label, string>, value: number) => void {
    const histogram = new Histogram({ ...this.described(options), buckets });
    return (labels, value) => histogram.observe(labels, value);
  }

  /** Counts that somebody else keeps, read when somebody asks. */
  counters<Label extends string>({
    read,
    ...options
  }: Named<Label> & { read: () => readonly Labelled<Label>[] }): void {
    new Counter({
      ...this.described(options),
      collect() {
        this.reset();
        for (const { labels, value } of read()) this.inc(labels, value);
      },
    });
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
  gauges<Label extends string>({
    read,
    ...options
  }: Named<Label> & { read: () => readonly Labelled<Label>[] }): void {
    new Gauge({
      ...this.described(options),
      collect() {
        this.reset();
        for (const { labels, value } of read()) this.set(labels, value);
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

  private described<Label extends string>({ name, help, labels = [] }: Named<Label>) {
    return { name, help, labelNames: labels, registers: [this.registry] };
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
