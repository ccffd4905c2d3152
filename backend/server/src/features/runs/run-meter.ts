import type { JournalEvent } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/telemetry/index.js';

/** Journals told as numbers. The types of nodes and the limits of budgets are those of the format. */
@Injectable()
export class RunMeter {
  private readonly took;
  private readonly stopped;

  constructor(metrics: Metrics) {
    this.took = metrics.histogram({
      name: 'node_duration_seconds',
      help: 'Time from the start of a node to its end, good or bad, where one process saw both.',
      labels: ['type'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
    });
    this.stopped = metrics.counter({
      name: 'budget_rejections_total',
      help: 'Runs that a limit of their budget ended.',
      labels: ['limit'],
    });
  }

  /** Of one run that is driven here: to be called with each of its events. */
  open(): (event: JournalEvent) => void {
    const begun = new Map<string, { type: string; at: number }>();
    return (event) => {
      if (event.type === 'node.started')
        begun.set(event.key, { type: event.data.type, at: Date.parse(event.at) });
      else if (event.type === 'budget.exceeded') this.stopped({ limit: event.data.limit });
      else if (event.type === 'node.finished' || event.type === 'node.errored') {
        const start = begun.get(event.key);
        begun.delete(event.key);
        if (start) this.took({ type: start.type }, (Date.parse(event.at) - start.at) / 1_000);
      }
    };
  }
}
