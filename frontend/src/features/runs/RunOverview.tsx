import { IconArrowRight } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
import { duration } from '../../ui/format.js';
import { JsonView } from '../../ui/JsonView.js';
import { Panel } from '../../ui/Panel.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { STEP_STATUSES, VERDICTS } from '../../ui/tones.js';
import { whyNoChecks } from './check-words.js';
import classes from './RunOverview.module.css';
import { RunTrouble } from './RunTrouble.js';
import { insideOf, treeOf } from './step-tree.js';

export function RunOverview({ run }: { run: RunView }) {
  return (
    <div className={classes.grid}>
      <RunTrouble run={run} />
      <Panel title="Output">
        {run.output === null ? (
          <p className={classes.muted}>{run.finishedAt ? 'The run has no output.' : 'Not there yet.'}</p>
        ) : (
          <JsonView value={run.output} label="Output" />
        )}
      </Panel>
      <Panel title="Vars">
        <JsonView value={run.vars} label="Vars" />
      </Panel>
      <Panel title="Steps" aside={<MoreLink id={run.id} tab="steps" />} flush>
        <StepBars run={run} />
      </Panel>
      <Panel title="Checks" aside={<MoreLink id={run.id} tab="assertions" />} flush>
        <Checks run={run} />
      </Panel>
    </div>
  );
}

function MoreLink({ id, tab }: { id: string; tab: 'steps' | 'assertions' }) {
  return (
    <Link to="/runs/$id" params={{ id }} search={{ tab }} className={classes.more} resetScroll={false}>
      All {tab} <IconArrowRight size={13} aria-hidden />
    </Link>
  );
}

const MIN_WIDTH_PERCENT = 0.6;
const MAX_BARS = 30;

/** When each step began and how long it took, on the time of the run. */
function StepBars({ run }: { run: RunView }) {
  const tree = treeOf(run.steps);
  const steps = tree.map((branch) => branch.step);
  const starts = steps.map((step) => Date.parse(step.startedAt));
  const begin = Math.min(...starts);
  const span = Math.max(
    1,
    ...steps.map((step, index) => (starts[index] ?? begin) - begin + (step.durationMs ?? 0)),
  );
  if (run.steps.length === 0) return <p className={classes.none}>No step has begun.</p>;
  return (
    <ul className={classes.bars}>
      {tree.slice(0, MAX_BARS).map(({ step, ...branch }, index) => {
        const look = STEP_STATUSES[step.status];
        const inside = insideOf({ step, ...branch });
        const left = (((starts[index] ?? begin) - begin) / span) * 100;
        const width = Math.max(MIN_WIDTH_PERCENT, ((step.durationMs ?? 0) / span) * 100);
        return (
          <li key={step.key}>
            <Link
              to="/runs/$id"
              params={{ id: run.id }}
              search={{ tab: 'steps', node: step.key }}
              className={classes.step}
              resetScroll={false}
            >
              <StatusBadge look={look} compact />
              <code className={classes.key}>
                {step.key}
                <span className={classes.inside}>{inside}</span>
              </code>
              <span className={classes.track} aria-hidden>
                <span
                  className={`${classes.bar} ${classes[look.tone]}`}
                  style={{
                    left: `${Math.min(left, 100 - MIN_WIDTH_PERCENT)}%`,
                    width: `${Math.min(width, 100 - left)}%`,
                  }}
                />
              </span>
              <span className={classes.time}>
                {step.status === 'skipped' ? 'skipped' : duration(step.durationMs)}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function Checks({ run }: { run: RunView }) {
  const items = [
    ...run.assertions.map((one) => ({ key: one.id, name: one.type, verdict: one.verdict, text: one.reason })),
    ...run.contracts.map((one) => ({
      key: one.id,
      name: one.id,
      verdict: one.verdict,
      text: one.message ?? 'holds',
    })),
  ];
  if (items.length === 0) return <p className={classes.none}>{whyNoChecks(run)}</p>;
  const rank = { failed: 0, errored: 1, passed: 2 };
  return (
    <ul className={classes.checks}>
      {items
        .toSorted((a, b) => rank[a.verdict] - rank[b.verdict])
        .slice(0, 12)
        .map((item) => (
          <li key={item.key} className={classes.check}>
            <StatusBadge look={VERDICTS[item.verdict]} compact />
            <code>{item.name}</code>
            <span className={classes.reason}>{item.text}</span>
          </li>
        ))}
    </ul>
  );
}
