import { circuits, providerRequests, sandboxKills } from '@rehearse/adapters';
import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/telemetry/index.js';

/** Shows what this process asked of others: which models, with what outcome, which it leaves alone, which scripts it ended. */
@Injectable()
export class CallMetrics {
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
    metrics.counters({
      name: 'provider_requests_total',
      help: 'Calls of models, repeats among them; outcome is ok or the code of the error.',
      labels: ['provider', 'outcome'],
      read: () => providerRequests.counts(),
    });
    metrics.counters({
      name: 'sandbox_kills_total',
      help: 'Processes of scripts that were ended: no answer in time (timeout), or more memory than there is (memory).',
      labels: ['reason'],
      read: () => sandboxKills.counts(),
    });
  }
}
