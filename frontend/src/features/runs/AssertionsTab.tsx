import { IconChecklist } from '@tabler/icons-react';
import type { AssertionReport, AssertionView, Json, RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { JsonView } from '../../ui/JsonView.js';
import { Panel } from '../../ui/Panel.js';
import { SideBySide } from '../../ui/SideBySide.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { VERDICTS } from '../../ui/tones.js';
import { whyNoChecks } from './check-words.js';
import classes from './Checks.module.css';
import { assertionsQuery } from './reports/queries.js';
import { Repeats } from './reports/Repeats.js';
import { firstFailure } from './run-opening.js';

const RANK = { failed: 0, errored: 1, passed: 2 };

/** Every assertion of a run, what failed first. */
export function AssertionsTab({ run, current }: { run: RunView; current: RunView }) {
  const reports = useQuery({ ...assertionsQuery(current), enabled: run.assertions.length > 0 }).data;
  const failure = firstFailure(run);
  const first = failure?.tab === 'assertions' ? failure.id : undefined;
  const sorted = run.assertions.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]);
  if (sorted.length === 0)
    return (
      <Panel flush>
        <EmptyState icon={IconChecklist} title={whyNoChecks(run).replace(/\.$/, '')}>
          {run.status === 'finished' && run.verdict !== 'errored' ? (
            <>
              Add <code>assert:</code> to the graph, to a node or to a case, and every run is judged by it.
            </>
          ) : (
            'Assertions are evaluated as nodes and the run end.'
          )}
        </EmptyState>
      </Panel>
    );
  return (
    <div className={classes.list}>
      {sorted.map((assertion) => (
        <Assertion
          key={assertion.id}
          run={run}
          assertion={assertion}
          report={reports?.assertions.find(({ id }) => id === assertion.id)}
          isFirst={assertion.id === first}
        />
      ))}
    </div>
  );
}

interface AssertionProps {
  run: RunView;
  assertion: AssertionView;
  /** What was expected, and how it turned out in other runs; there once it is fetched. */
  report: AssertionReport | undefined;
  isFirst: boolean;
}

function Assertion({ run, assertion, report, isFirst }: AssertionProps) {
  const { verdict, evidence } = assertion;
  const details = useRef<HTMLDetailsElement>(null);
  useLayoutEffect(() => {
    if (isFirst) details.current?.scrollIntoView({ block: 'nearest' });
  }, [isFirst]);
  return (
    <details ref={details} className={classes.check} open={verdict !== 'passed'} data-verdict={verdict}>
      <summary className={classes.summary}>
        <StatusBadge look={VERDICTS[verdict]} />
        <code className={classes.name}>{assertion.type}</code>
        <span className={classes.reason}>{assertion.reason}</span>
        <span className={classes.side}>
          {assertion.weight === 0 ? 'not counted' : assertion.severity}
          {report?.isFlaky && <span className={classes.flaky}>flaky</span>}
          <span className={classes.score}>score {assertion.score.toFixed(2).replace(/\.?0+$/, '')}</span>
        </span>
      </summary>
      <div className={classes.body}>
        <p className={classes.meta}>
          <code>{assertion.id}</code>
          {assertion.metric && <span>metric {assertion.metric}</span>}
          {assertion.node && (
            <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'steps', node: assertion.node }}>
              step {assertion.node}
            </Link>
          )}
          <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'log', seq: assertion.seq }}>
            seq {assertion.seq}
          </Link>
          {report && report.line !== null && <span>line {report.line} of the graph</span>}
        </p>
        <Evidence value={evidence} report={report} />
        {report && <Repeats report={report} />}
      </div>
    </details>
  );
}

interface EvidenceProps {
  value: Json | undefined;
  report: AssertionReport | undefined;
}

/** Both sides where they are known; else what was measured, else what was asked for. */
function Evidence({ value, report }: EvidenceProps) {
  const hasEvidence = value !== undefined && value !== null;
  if (hasEvidence && typeof value === 'object' && !Array.isArray(value))
    if ('expected' in value && 'actual' in value)
      return <SideBySide expected={value['expected']} actual={value['actual']} />;
  const expected = report?.expected ?? null;
  if (expected !== null && hasEvidence) return <SideBySide expected={expected} actual={value} />;
  if (hasEvidence) return <JsonView value={value} label="Evidence" />;
  return expected === null ? null : <JsonView value={expected} label="Expected" />;
}
