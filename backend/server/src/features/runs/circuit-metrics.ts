import { circuits } from '@rehearse/adapters';
import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/telemetry/index.js';

/** Shows which models this process leaves alone. */
@Injectable()
export class CircuitMetrics {
  constructor(metrics: Metrics) {
    metrics.gauges({
      name: 'circuit_breaker_state',
      help: 'Models at an address, for each tenant: how many this process calls (closed), tries again (half_open), leaves alone (open).',
      labels: ['provider', 'state'],
      read: () =>
        circuits
          .counts()
          .map(({ provider, state, count }) => ({ labels: { provider, state }, value: count })),
    });
  }
}
