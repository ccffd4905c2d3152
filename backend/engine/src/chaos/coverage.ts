import type { JournalEvent, RunVerdict } from '@rehearse/contracts';
import { faultsOf, type InjectedFault } from './ledger.js';

/** How the steps of one node stood one class of faults. */
export interface ChaosCell {
  node: string;
  fault: string;
  /** Faults that did something. */
  injected: number;
  /** Faults whose step finished all the same. */
  recovered: number;
  /** Faults that found nothing to change: neither recovered nor lost. */
  unharmed: number;
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

/** A run, as far as chaos asks for it. */
export interface ChaosRun {
  /** The profile that it ran under, or null. */
  chaos: string | null;
  /** Null while it has not finished. */
  verdict: RunVerdict | null;
  faults: readonly Pick<InjectedFault, 'lane' | 'fault' | 'recovered' | 'isUnharmed'>[];
}

/** Adds up what chaos did, run by run; its size does not depend on how many they are. */
export function chaosTally() {
  const cells = new Map<string, ChaosCell>();
  const told = { chaos: { passed: 0, failed: 0 }, clean: { passed: 0, failed: 0 } };
  return {
    add({ chaos, verdict, faults }: ChaosRun): void {
      // Errored and inconclusive runs say nothing of the agent.
      if (verdict === 'passed' || verdict === 'failed')
        told[chaos === null ? 'clean' : 'chaos'][verdict] += 1;
      for (const { lane, fault, recovered, isUnharmed } of faults) {
        const node = lane.slice(lane.lastIndexOf('/') + 1);
        const cell = cells.get(`${node} ${fault}`) ?? { node, fault, injected: 0, recovered: 0, unharmed: 0 };
        cells.set(`${node} ${fault}`, cell);
        if (isUnharmed) cell.unharmed += 1;
        else cell.injected += 1;
        if (recovered) cell.recovered += 1;
      }
    },
    coverage(): ChaosCoverage {
      const [passedUnderChaos, passedClean] = [passShare(told.chaos), passShare(told.clean)];
      return {
        cells: [...cells.values()].toSorted((a, b) => compare(a.node, b.node) || compare(a.fault, b.fault)),
        ...total(cells.values()),
        ...{ passedUnderChaos, passedClean, degradation: ratio(passedUnderChaos, passedClean) },
      };
    },
  };
}

interface Runs {
  /** Journals of runs with and without a profile of chaos; which is which they say themselves. */
  journals: Iterable<readonly JournalEvent[]>;
}

/** What chaos did to some runs of one graph. */
export function chaosCoverage({ journals }: Runs): ChaosCoverage {
  const tally = chaosTally();
  for (const events of journals) {
    const started = events.find((event) => event.type === 'run.started');
    const end = events.findLast((event) => event.type === 'run.finished');
    tally.add({
      chaos: started?.data.chaos ?? null,
      verdict: end?.data.verdict ?? null,
      faults: faultsOf(events),
    });
  }
  return tally.coverage();
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

function passShare({ passed, failed }: { passed: number; failed: number }): number | null {
  return passed + failed === 0 ? null : passed / (passed + failed);
}

const ratio = (part: number | null, whole: number | null): number | null =>
  part === null || whole === null || whole === 0 ? null : part / whole;
