import { Button } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import type { RunView, StepView } from '@rehearse/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState, type SyntheticEvent } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { count, duration, plural, usd } from '../../ui/format.js';
import { JsonView } from '../../ui/JsonView.js';
import { Panel } from '../../ui/Panel.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { STEP_STATUSES } from '../../ui/tones.js';
import classes from './Checks.module.css';
import { Conversation } from './Conversation.js';
import { conversationOf } from './conversation.js';
import { inWords } from './event-words.js';
import { seqToForkStep } from './replay/fork-draft.js';
import { ForkLink } from './replay/ForkLink.js';
import type { RunFeed } from './run-feed.js';
import {
  insideOf,
  isWithin,
  openKey,
  speakerOf,
  statusOf,
  treeOf,
  type StepBranch,
  type StepGroup,
} from './step-tree.js';
import { useFeed } from './useRunFeed.js';

const route = getRouteApi('/inside/runs/$id');

/** The steps in the order in which they began, under the steps that hold them; `?node=` is open. */
export function StepsTab({ run, feed }: { run: RunView; feed: RunFeed }) {
  const { node } = route.useSearch();
  const tree = useMemo(() => treeOf(run.steps), [run.steps]);
  if (run.steps.length === 0)
    return (
      <Panel flush>
        <EmptyState icon={IconListDetails} title="No step has begun" />
      </Panel>
    );
  return <Branches branches={tree} run={run} feed={feed} open={openKey(run.steps, node)} />;
}

interface Place {
  run: RunView;
  feed: RunFeed;
  /** The key that is open, and with it all around it. */
  open: string | undefined;
}

function Branches({ branches, ...place }: Place & { branches: StepBranch[] }) {
  return (
    <div className={classes.list}>
      {branches.map((branch) => (
        <Step key={branch.step.key} branch={branch} {...place} />
      ))}
    </div>
  );
}

/** Opens and closes a place by the address; what closes leaves open what is around it. */
function useToggle({ key, isOpen }: { key: string; isOpen: boolean }) {
  const navigate = route.useNavigate();
  return (event: SyntheticEvent<HTMLDetailsElement>) => {
    const next = event.currentTarget.open;
    if (next === isOpen) return;
    const around = key.includes('/') ? key.slice(0, key.lastIndexOf('/')) : undefined;
    void navigate({
      search: (search) => ({ ...search, tab: 'steps', node: next ? key : around }),
      replace: true,
      resetScroll: false,
    });
  };
}

function Step({ branch, ...place }: Place & { branch: StepBranch }) {
  const { step } = branch;
  const isOpen = isWithin(place.open, step.key);
  const toggle = useToggle({ key: step.key, isOpen });
  return (
    <details className={classes.check} open={isOpen} onToggle={toggle}>
      <summary className={classes.summary}>
        <StatusBadge look={STEP_STATUSES[step.status]} />
        <code className={classes.name} title={step.key}>
          {step.node}
        </code>
        <span className={classes.side}>{step.type}</span>
        <span className={classes.preview}>
          {step.status === 'skipped' ? WHY_SKIPPED[step.reason ?? ''] : insideOf(branch)}
        </span>
        <StepNumbers step={step} />
      </summary>
      {isOpen && <StepDetails branch={branch} {...place} />}
    </details>
  );
}

const SHOWN_GROUPS = 20;

/** What ran inside of a step: its items or iterations, closed, so that many stay a list to look through. */
function Inside({ branch, ...place }: Place & { branch: StepBranch }) {
  const { groups, step } = branch;
  const [isAll, setAll] = useState(false);
  const shown = isAll
    ? groups
    : groups.filter(({ key }, at) => at < SHOWN_GROUPS || isWithin(place.open, key));
  if (groups.length === 0) return null;
  return (
    <section aria-label={`Inside of ${step.node}`} className={classes.list}>
      <h2 className={classes.label}>Inside</h2>
      {shown.map((group) =>
        group.name === null ? (
          <Branches key={group.key} branches={group.branches} {...place} />
        ) : (
          <Group key={group.key} group={group} {...place} />
        ),
      )}
      {shown.length < groups.length && (
        <Button variant="default" onClick={() => setAll(true)}>
          Show all {groups.length}
        </Button>
      )}
    </section>
  );
}

function Group({ group, ...place }: Place & { group: StepGroup }) {
  const isOpen = isWithin(place.open, group.key);
  const toggle = useToggle({ key: group.key, isOpen });
  const output = group.branches.at(-1)?.step.output;
  return (
    <details className={classes.check} open={isOpen} onToggle={toggle}>
      <summary className={classes.summary}>
        <StatusBadge look={STEP_STATUSES[statusOf(group.branches)]} compact />
        <span className={classes.name}>{group.name}</span>
        <span className={classes.preview}>{output === undefined ? '' : inWords(output)}</span>
        <span className={classes.side}>{plural(group.branches.length, 'step')}</span>
      </summary>
      {isOpen && (
        <div className={classes.body}>
          <Branches branches={group.branches} {...place} />
        </div>
      )}
    </details>
  );
}

const WHY_SKIPPED: Record<string, string> = {
  when: 'its condition does not hold',
  join: 'what it needs did not finish',
  handoff: 'nobody handed work to it',
};

function StepNumbers({ step }: { step: StepView }) {
  const tokens = step.usage.inputTokens + step.usage.outputTokens;
  return (
    <span className={classes.side}>
      {step.turns > 0 && <span>{plural(step.turns, 'turn')}</span>}
      {step.toolCalls > 0 && <span>{plural(step.toolCalls, 'tool call')}</span>}
      {tokens > 0 && <span>{count(tokens)} tokens</span>}
      {step.costUsd !== 0 && <span>{usd(step.costUsd)}</span>}
      <span className={classes.score}>{duration(step.durationMs)}</span>
    </span>
  );
}

function StepDetails({ branch, ...place }: Place & { branch: StepBranch }) {
  const { run, feed } = place;
  const { step } = branch;
  const speaker = speakerOf(branch);
  const snapshot = useFeed(feed);
  const turns = useMemo(
    () => conversationOf(snapshot.events.slice(speaker.firstSeq - 1, speaker.lastSeq), speaker.key),
    // The array grows in place; a new snapshot says when to look again.
    [snapshot, speaker.firstSeq, speaker.lastSeq, speaker.key],
  );
  return (
    <div className={`${classes.body} ${classes.steps}`}>
      <p className={classes.meta}>
        <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'log', node: step.key }}>
          Log of this step
        </Link>
        <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'log', seq: step.firstSeq }}>
          seq {step.firstSeq}
        </Link>
        <Link
          to="/graphs/$graph"
          params={{ graph: run.graph }}
          search={{ version: run.graphVersion, node: step.key.split('/')[0] }}
        >
          Node in the graph
        </Link>
        <ForkLink runId={run.id} at={seqToForkStep(snapshot.events, step)} />
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
      <Inside branch={branch} {...place} />
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
