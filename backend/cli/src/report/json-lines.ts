import type { AssertionView, ContractView } from '@rehearse/contracts';
import type { MetricMeans } from '../run/metrics.js';
import type { RunReport } from '../run/run-report.js';
import type { Reporter, Write } from './reporter.js';

/** JSON lines for machines: `launch`, a `run` for each run, `done`. */
export const jsonLines = (write: Write): Reporter => {
  const line = (value: object) => write(`${JSON.stringify(value)}\n`);
  return {
    launch: ({ runs, graphs }) => line({ event: 'launch', runs, graphs: graphs.length }),
    run: (report) => line(runLine(report)),
    done({ runs, durationMs, exitCode, metrics, chaos }) {
      const { passed, failed, errored, inconclusive } = runs;
      const scores = metrics.length > 0 && { metrics: byGraph(metrics) };
      const counts = { passed, failed, errored, inconclusive, durationMs, exitCode };
      line({ event: 'done', ...counts, ...scores, ...(chaos && { chaos }) });
    },
  };
};

function runLine(run: RunReport): object {
  const { task } = run;
  const { graph } = task.loaded;
  return {
    event: 'run',
    graph: graph.name,
    graphDigest: graph.digest,
    case: task.caseId,
    ...(task.matrix && { matrix: task.matrix }),
    repeat: task.repeat,
    seed: task.seed,
    chaos: run.chaos,
    verdict: run.verdict,
    assertions: run.assertions.map(assertionLine),
    contracts: run.contracts.map(contractLine),
    digest: run.digest,
    durationMs: run.durationMs,
    costUsd: run.costUsd,
    tokens: run.tokens,
    at: run.startedAt,
    ...(run.error && { error: run.error }),
    ...(run.ended && { ended: run.ended }),
    ...(run.divergence && { divergence: run.divergence }),
  };
}

const assertionLine = ({ type, verdict, score, reason, metric, severity }: AssertionView) => ({
  ...{ type, verdict, score, reason, metric: metric ?? null, severity },
});

const contractLine = ({ id, verdict, seq, graph }: ContractView) => ({
  ...{ id, verdict },
  ...(graph !== undefined && { graph }),
  ...(seq !== undefined && { seq }),
});

/** `{"refund-agent": {"helpful": {"mean": 0.83, "runs": 12}}}` */
function byGraph(metrics: MetricMeans): object {
  const graphs = [...new Set(metrics.map(({ graph }) => graph))];
  const of = (name: string) =>
    metrics.filter(({ graph }) => graph === name).map(({ metric, mean, runs }) => [metric, { mean, runs }]);
  return Object.fromEntries(graphs.map((graph) => [graph, Object.fromEntries(of(graph))]));
}
