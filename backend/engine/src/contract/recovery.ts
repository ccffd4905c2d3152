import type { JournalEvent } from '@rehearse/contracts';
import { FaultLedger, isOpen, type InjectedFault } from '../chaos/ledger.js';
import type { CompiledChaosRule } from '../chaos/rule.js';
import { CHAOS_RECOVERS } from './built-in.js';
import type { Finding, Monitor } from './monitor.js';

/** The key of the finding that a rule's fault was not recovered from. */
export const recoveryKey = (rule: string): string => `contract/${CHAOS_RECOVERS}/${rule}`;

/**
 * The built-in contract `chaos-recovers`: a step finishes all the same that a fault hit whose rule expects it. Null where no
 * rule does.
 */
export function watchRecovery(profiles: Iterable<readonly CompiledChaosRule[]>): Monitor | null {
  const expecting = new Set(
    [...profiles].flatMap((rules) => rules.filter(({ spec }) => spec.expect?.recovers).map(({ id }) => id)),
  );
  if (expecting.size === 0) return null;
  const ledger = new FaultLedger();
  const reported = new Set<string>();
  const report = (fault: InjectedFault, told: Told): Finding[] => {
    if (!expecting.has(fault.rule) || reported.has(fault.rule)) return [];
    reported.add(fault.rule);
    return [{ id: CHAOS_RECOVERS, key: recoveryKey(fault.rule), severity: 'major', ...told }];
  };
  return {
    observe: (event) =>
      ledger
        .observe(event)
        .filter(({ recovered }) => recovered === false)
        .flatMap((fault) => report(fault, lost(fault, event))),
    end: (endedEarly) =>
      ledger.faults
        .filter(isOpen)
        .flatMap((fault) =>
          report(
            fault,
            endedEarly === null ? lost(fault, fault) : { verdict: 'errored', message: endedEarly },
          ),
        ),
  };
}

type Told =
  | { verdict: 'failed'; message: string; event: Pick<JournalEvent, 'seq' | 'key'> }
  | { verdict: 'errored'; message: string };

const lost = ({ rule, fault, on }: InjectedFault, event: Pick<JournalEvent, 'seq' | 'key'>): Told => ({
  verdict: 'failed',
  message: `${rule} expects to recover from ${fault} on ${on}, but a step that it hit did not finish`,
  event: { seq: event.seq, key: event.key },
});
