import type { JournalEvent } from '@rehearse/contracts';

/** A fault that was injected. */
export interface InjectedFault {
  /** `flaky-tools[0]` */
  rule: string;
  fault: string;
  /** `tool:lookup_order` */
  on: string;
  key: string;
  attempt: number;
  seq: number;
  /** The lane of the step that it hit. */
  lane: string;
  /** Whether that step finished all the same; null while it has not settled. */
  recovered: boolean | null;
  /** It found nothing to change, so that there is nothing to recover from. */
  isUnharmed?: boolean;
}

/** The faults of a run with what became of them, folded from its events. */
export class FaultLedger {
  readonly faults: InjectedFault[] = [];

  /** Answers the faults that the event settles. */
  observe(event: JournalEvent): readonly InjectedFault[] {
    if (event.type === 'chaos.injected') {
      const { lane, key, attempt, seq, data } = event;
      this.faults.push({ ...data, lane, key, attempt, seq, recovered: null });
      return [];
    }
    if (event.type === 'model.responded' || event.type === 'tool.returned') {
      if (event.data.isUnharmed) this.#clear(event);
      return [];
    }
    if (event.type !== 'node.finished' && event.type !== 'node.errored') return [];
    const settled = this.faults.filter((fault) => isOpen(fault) && fault.lane === event.lane);
    for (const fault of settled) fault.recovered = event.type === 'node.finished';
    return settled;
  }

  #clear({ key, attempt }: JournalEvent): void {
    const fault = this.faults.findLast((one) => one.key === key && one.attempt === attempt);
    if (fault) fault.isUnharmed = true;
  }
}

/** Whether it is still to be seen what becomes of the step that it hit. */
export const isOpen = ({ recovered, isUnharmed }: InjectedFault): boolean =>
  recovered === null && !isUnharmed;

/** The faults of a whole journal. */
export function faultsOf(events: readonly JournalEvent[]): readonly InjectedFault[] {
  const ledger = new FaultLedger();
  for (const event of events) ledger.observe(event);
  return ledger.faults;
}
