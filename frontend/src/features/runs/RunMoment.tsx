import { useDebouncedValue } from '@mantine/hooks';
import type { RunView, StepStatus } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { count, duration, plural, usd } from '../../ui/format.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { runLook, STEP_STATUSES } from '../../ui/tones.js';
import { describeEvent } from './event-text.js';
import { runAtQuery } from './queries.js';
import type { RunFeed } from './run-feed.js';
import classes from './RunMoment.module.css';
import { elapsedMs } from './timeline-marks.js';
import { useFeed } from './useRunFeed.js';

const REST_MS = 150;
const SHOWN_STEPS = 8;

/** The state of a run after one event, while the pointer is over it. */
export function RunMoment({ run, feed, seq }: { run: RunView; feed: RunFeed; seq: number }) {
  const { events } = useFeed(feed);
  const [rested] = useDebouncedValue(seq, REST_MS);
  const query = useQuery(runAtQuery(run.id, rested));
  const event = events[seq - 1];
  const elapsed = elapsedMs(events, seq);
  return (
    <div className={classes.card} data-testid="moment">
      <p className={classes.head}>
        <strong>After seq {count(seq)}</strong>
        {elapsed !== null && <span>+{duration(elapsed)}</span>}
      </p>
      {event && (
        <p className={classes.event}>
          <code>{event.key}</code> {event.type} <span>{describeEvent(event).text}</span>
        </p>
      )}
      {query.data ? <State run={query.data} /> : <p className={classes.quiet}>Loading the state…</p>}
    </div>
  );
}

function State({ run }: { run: RunView }) {
  // What runs now says most of the moment, then what ended last.
  const steps = run.steps
    .toSorted((a, b) => Number(isRunning(b.status)) - Number(isRunning(a.status)) || b.lastSeq - a.lastSeq)
    .slice(0, SHOWN_STEPS);
  const failed = [...run.assertions, ...run.contracts].filter(({ verdict }) => verdict === 'failed').length;
  return (
    <>
      <p className={classes.head}>
        <StatusBadge look={runLook(run)} />
        <span>{count(run.usage.totalTokens)} tokens</span>
        <span>{usd(run.costUsd)}</span>
        {failed > 0 && <span className={classes.bad}>{plural(failed, 'check')} failed</span>}
      </p>
      <ul className={classes.steps}>
        {steps.map((step) => (
          <li key={step.key}>
            <StatusBadge look={STEP_STATUSES[step.status]} compact />
            <code>{step.key}</code>
            {step.output !== undefined && <span className={classes.quiet}>{shortly(step.output)}</span>}
          </li>
        ))}
        {run.steps.length > SHOWN_STEPS && (
          <li className={classes.quiet}>and {count(run.steps.length - SHOWN_STEPS)} more</li>
        )}
      </ul>
    </>
  );
}

const isRunning = (status: StepStatus): boolean => status === 'running';
const LONGEST = 60;

function shortly(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
