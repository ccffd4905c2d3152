import type {
  AssertionView,
  ContractView,
  Divergence,
  JournalEvent,
  Json,
  RunVerdict,
} from '@rehearse/contracts';
import { faultsOf, type InjectedFault, type RunFold } from '@rehearse/engine';
import type { RunError, RunResult } from './run-result.js';
import type { RunTask } from './run-task.js';

/** What reporters tell of a run. Its journal is not kept, so that memory does not grow with the number of events. */
export interface RunReport {
  task: RunTask;
  verdict: RunVerdict;
  assertions: readonly AssertionView[];
  /** `key` is that of the event that breaks the contract. */
  contracts: readonly (ContractView & { key?: string })[];
  /** The faults that were injected. */
  faults: readonly Pick<InjectedFault, 'rule' | 'lane' | 'fault' | 'recovered' | 'isUnharmed'>[];
  output: Json;
  chaos: string | null;
  digest: string | null;
  startedAt: string | null;
  durationMs: number | null;
  /** Null where the price of a model is not known. */
  costUsd: number | null;
  tokens: number;
  isReplayed: boolean;
  divergence?: Divergence;
  error?: RunError;
  /** What ended it in its middle, when what failed was told all the same. */
  ended?: RunError;
}

export function reportOf({
  task,
  verdict,
  fold,
  events,
  isReplayed,
  divergence,
  error,
  ended,
}: RunResult): RunReport {
  const { output, chaos, digest, startedAt, durationMs, costUsd, usage } = fold;
  return {
    ...{
      task,
      verdict,
      output,
      chaos,
      digest,
      startedAt,
      durationMs,
      costUsd,
      tokens: usage.totalTokens,
      isReplayed,
    },
    assertions: verdict === 'passed' ? fold.assertions.map(withoutEvidence) : fold.assertions,
    contracts: contractsIn(fold, events),
    faults: chaos === null ? [] : faultsOf(events).map(toldFault),
    ...(divergence && { divergence }),
    ...(error && { error }),
    ...(ended && { ended }),
  };
}

const toldFault = ({
  rule,
  lane,
  fault,
  recovered,
  isUnharmed,
}: InjectedFault): RunReport['faults'][number] => ({
  ...{ rule, lane, fault, recovered },
  ...(isUnharmed && { isUnharmed }),
});

/** The contracts of a run, with the keys of the events that break them. */
export const contractsIn = (
  { contracts }: Pick<RunFold, 'contracts'>,
  events: readonly JournalEvent[],
): (ContractView & { key?: string })[] =>
  contracts.map((contract) => {
    const key = events.find(({ seq }) => seq === contract.seq)?.key;
    return key === undefined ? contract : { ...contract, key };
  });

/** Nobody asks why a run passed, and outputs are long. */
const withoutEvidence = ({ evidence: _, ...view }: AssertionView): AssertionView => view;
