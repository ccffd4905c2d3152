import type { AssertionView, ContractView } from '@rehearse/contracts';
import type { RunResult } from '../run/run-result.js';
import type { Reporter, Write } from './reporter.js';

/** JSON lines for machines: `launch`, a `run` for each run, `done`. */
export const jsonLines = (write: Write): Reporter => {
  const line = (value: object) => write(`${JSON.stringify(value)}\n`);
  return {
    launch: ({ tasks, graphs }) => line({ event: 'launch', runs: tasks.length, graphs: graphs.length }),
    run: (result) => line(runLine(result)),
    done({ runs, durationMs, exitCode }) {
      const { passed, failed, errored, inconclusive } = runs;
      line({ event: 'done', passed, failed, errored, inconclusive, durationMs, exitCode });
    },
  };
};

function runLine({ task, verdict, fold, error, divergence }: RunResult): object {
  const { graph } = task.loaded;
  return {
    event: 'run',
    graph: graph.name,
    graphDigest: graph.digest,
    case: task.caseId,
    repeat: task.repeat,
    seed: task.seed,
    chaos: fold.chaos,
    verdict,
    assertions: fold.assertions.map(assertionLine),
    contracts: fold.contracts.map(contractLine),
    digest: fold.digest,
    durationMs: fold.durationMs,
    costUsd: fold.costUsd,
    tokens: fold.usage.totalTokens,
    at: fold.startedAt,
    ...(error && { error }),
    ...(divergence && { divergence }),
  };
}

const assertionLine = ({ type, verdict, score, reason, metric, severity }: AssertionView) => ({
  ...{ type, verdict, score, reason, metric: metric ?? null, severity },
});

const contractLine = ({ id, verdict, seq }: ContractView) => ({
  ...{ id, verdict },
  ...(seq !== undefined && { seq }),
});
