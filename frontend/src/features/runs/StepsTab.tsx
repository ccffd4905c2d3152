import { IconListDetails } from '@tabler/icons-react';
import type { RunView, StepView } from '@rehearse/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, type SyntheticEvent } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { count, duration, plural, usd } from '../../ui/format.js';
import { JsonView } from '../../ui/JsonView.js';
import { Panel } from '../../ui/Panel.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { STEP_STATUSES } from '../../ui/tones.js';
import classes from './Checks.module.css';
import { Conversation } from './Conversation.js';
import { conversationOf } from './conversation.js';
import type { RunFeed } from './run-feed.js';
import { useFeed } from './useRunFeed.js';

const route = getRouteApi('/inside/runs/$id');

/** The steps in the order in which they began; `?node=` is open. */
export function StepsTab({ run, feed }: { run: RunView; feed: RunFeed }) {
  const { node } = route.useSearch();
  if (run.steps.length === 0)
    return (
      <Panel flush>
        <EmptyState icon={IconListDetails} title="No step has begun" />
      </Panel>
    );
  const open = node ?? (run.steps.length === 1 ? run.steps[0]?.key : undefined);
  return (
    <div className={classes.list}>
      {run.steps.map((step) => (
        <Step
          key={step.key}
          run={run}
          step={step}
          feed={feed}
          isOpen={step.key === open || step.node === open}
        />
      ))}
    </div>
  );
}

interface StepProps {
  run: RunView;
  step: StepView;
  feed: RunFeed;
  isOpen: boolean;
}

function Step({ run, step, feed, isOpen }: StepProps) {
  const navigate = route.useNavigate();
  const toggle = (event: SyntheticEvent<HTMLDetailsElement>) => {
    const next = event.currentTarget.open;
    if (next === isOpen) return;
    void navigate({
      search: (search) => ({ ...search, tab: 'steps', node: next ? step.key : undefined }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <details className={classes.check} open={isOpen} onToggle={toggle}>
      <summary className={classes.summary}>
        <StatusBadge look={STEP_STATUSES[step.status]} />
        <code className={classes.name}>{step.key}</code>
        <span className={classes.side}>{step.type}</span>
        <span className={classes.reason}>
          {step.status === 'skipped' ? WHY_SKIPPED[step.reason ?? ''] : ''}
        </span>
        <StepNumbers step={step} />
      </summary>
      {isOpen && <StepDetails run={run} step={step} feed={feed} />}
    </details>
  );
}

const WHY_SKIPPED: Record<string, string> = {
  when: 'its condition does not hold',
  join: 'what it needs did not finish',
};

function StepNumbers({ step }: { step: StepView }) {
  const tokens = step.usage.inputTokens + step.usage.outputTokens;
  return (
    <span className={classes.side}>
      {step.turns > 0 && <span>{plural(step.turns, 'turn')}</span>}
      {step.toolCalls > 0 && <span>{plural(step.toolCalls, 'tool call')}</span>}
      {tokens > 0 && <span>{count(tokens)} tokens</span>}
      {step.costUsd > 0 && <span>{usd(step.costUsd)}</span>}
      <span className={classes.score}>{duration(step.durationMs)}</span>
    </span>
  );
}

function StepDetails({ run, step, feed }: Omit<StepProps, 'isOpen'>) {
  const snapshot = useFeed(feed);
  const turns = useMemo(
    () => conversationOf(snapshot.events.slice(step.firstSeq - 1, step.lastSeq), step.key),
    // The array grows in place; a new snapshot says when to look again.
    [snapshot, step.firstSeq, step.lastSeq, step.key],
  );
  return (
    <div className={`${classes.body} ${classes.steps}`}>
      <p className={classes.meta}>
        <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'log', node: step.node }}>
          Log of this node
        </Link>
        <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'log', seq: step.firstSeq }}>
          seq {step.firstSeq}
        </Link>
        <Link
          to="/graphs/$graph"
          params={{ graph: run.graph }}
          search={{ version: run.graphVersion, node: step.node }}
        >
          Node in the graph
        </Link>
      </p>
      {step.error && (
        <p className={classes.error}>
          <code>{step.error.code}</code> {step.error.message}
        </p>
      )}
      {turns.length > 0 ? (
        <div>
          <h2 className={classes.label}>Conversation</h2>
          <Conversation turns={turns} />
        </div>
      ) : (
        step.input !== undefined && <Payload name="Input" value={step.input} />
      )}
      {step.output !== undefined && <Payload name="Output" value={step.output} />}
    </div>
  );
}

function Payload({ name, value }: { name: string; value: unknown }) {
  return (
    <div>
      <h2 className={classes.label}>{name}</h2>
      <JsonView value={value} label={name} />
    </div>
  );
}
