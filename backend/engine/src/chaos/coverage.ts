import type { JournalEvent, RunVerdict } from '@rehearse/contracts';
import { faultsOf } from './ledger.js';

/** How the steps of one node stood one class of faults. */
export interface ChaosCell {
  node: string;
  fault: string;
  injected: number;
  /** Faults whose step finished all the same. */
  recovered: number;
}

/** Nodes × classes of faults, over runs with chaos; beside them what chaos cost. */
export interface ChaosCoverage {
  /** By node and fault, in alphabetical order. */
  cells: readonly ChaosCell[];
  injected: number;
  recovered: number;
  /** The share of runs that passed; null where there are none that passed or failed. */
  passedUnderChaos: number | null;
  passedClean: number | null;
  /** `passedUnderChaos / passedClean`: 1 is no loss; null where either is unknown or nothing passes at all. */
  degradation: number | null;
}

interface Runs {
  /** Journals of runs with and without a profile of chaos; which is which they say themselves. */
  journals: Iterable<readonly JournalEvent[]>;
}

/** What chaos did to some runs of one graph. */
export function chaosCoverage({ journals }: Runs): ChaosCoverage {
  const cells = new Map<string, ChaosCell>();
  const verdicts: Record<'chaos' | 'clean', RunVerdict[]> = { chaos: [], clean: [] };
  for (const events of journals) {
    const started = events.find((event) => event.type === 'run.started');
    const end = events.findLast((event) => event.type === 'run.finished');
    if (end) verdicts[started?.data.chaos == null ? 'clean' : 'chaos'].push(end.data.verdict);
    for (const { lane, fault, recovered } of faultsOf(events)) {
      const node = lane.slice(lane.lastIndexOf('/') + 1);
      const cell = cells.get(`${node} ${fault}`) ?? { node, fault, injected: 0, recovered: 0 };
      cells.set(`${node} ${fault}`, cell);
      cell.injected += 1;
      if (recovered) cell.recovered += 1;
    }
  }
  const [passedUnderChaos, passedClean] = [passShare(verdicts.chaos), passShare(verdicts.clean)];
  return {
    cells: [...cells.values()].toSorted((a, b) => compare(a.node, b.node) || compare(a.fault, b.fault)),
    ...total(cells.values()),
    ...{ passedUnderChaos, passedClean, degradation: ratio(passedUnderChaos, passedClean) },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function total(cells: Iterable<ChaosCell>): Pick<ChaosCoverage, 'injected' | 'recovered'> {
  const sum = { injected: 0, recovered: 0 };
  for (const { injected, recovered } of cells) {
    sum.injected += injected;
    sum.recovered += recovered;
  }
  return sum;
}

/** Of the runs that could be told: errored and inconclusive ones say nothing of the agent. */
function passShare(verdicts: readonly RunVerdict[]): number | null {
  const passed = verdicts.filter((verdict) => verdict === 'passed').length;
  const told = passed + verdicts.filter((verdict) => verdict === 'failed').length;
  return told === 0 ? null : passed / told;
}

const ratio = (part: number | null, whole: number | null): number | null =>
  part === null || whole === null || whole === 0 ? null : part / whole;
