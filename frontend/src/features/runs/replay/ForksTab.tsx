import { IconGitFork } from '@tabler/icons-react';
import type { ForkView, RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { clsx } from '../../../ui/clsx.js';
import { EmptyState } from '../../../ui/EmptyState.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { shortId } from '../../../ui/format.js';
import { JsonView } from '../../../ui/JsonView.js';
import { Loading } from '../../../ui/Loading.js';
import { Panel } from '../../../ui/Panel.js';
import { RelativeTime } from '../../../ui/RelativeTime.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { runLook } from '../../../ui/tones.js';
import { addressOf } from '../diff/search.js';
import { changeText, editText } from './fork-words.js';
import classes from './Forks.module.css';
import { forksQuery } from './queries.js';

const MOST = 500;

/** Every run that comes from the same one, each under the run that it was forked from. */
export function ForksTab({ run }: { run: RunView }) {
  const tree = useQuery(forksQuery(run.id));
  if (tree.error && !tree.data) return <ErrorPanel error={tree.error} onRetry={() => void tree.refetch()} />;
  if (!tree.data) return <Loading lines={5} label="Loading the forks" />;
  const { items } = tree.data;
  if (items.length < 2)
    return (
      <Panel flush>
        <EmptyState icon={IconGitFork} title="No fork">
          “Fork from here” at a step or at a line of the log begins a run as this one did, with another answer
          at that place.
        </EmptyState>
      </Panel>
    );
  return (
    <Panel
      title="Tree of forks"
      aside={items.length >= MOST ? `The first ${MOST} runs` : `${items.length} runs`}
      flush
    >
      <ul className={classes.tree} aria-label="Tree of forks">
        {items.map((fork) => (
          <ForkRow key={fork.run.id} fork={fork} isHere={fork.run.id === run.id} />
        ))}
      </ul>
    </Panel>
  );
}

const MOST_DEPTH = 8;

function ForkRow({ fork, isHere }: { fork: ForkView; isHere: boolean }) {
  const { run, depth, parent, edits } = fork;
  return (
    <li
      className={clsx(classes.fork, isHere && classes.here)}
      style={{ '--depth': Math.min(depth, MOST_DEPTH) } as React.CSSProperties}
      aria-current={isHere ? 'true' : undefined}
    >
      <div className={classes.line}>
        <StatusBadge look={runLook(run)} />
        <Link
          to="/runs/$id"
          params={{ id: run.id }}
          search={{ tab: 'forks' }}
          className="mono"
          title={run.id}
        >
          {shortId(run.id)}
        </Link>
        {isHere && <span className={classes.note}>this run</span>}
        <span className={classes.what}>
          {parent === null ? 'the run that all others come from' : changeText(fork)}
        </span>
        {parent && (
          <Link to="/diff/$pair" params={{ pair: addressOf({ a: parent.runId, b: run.id }) }}>
            Diff with its parent
          </Link>
        )}
        <span className={classes.note}>
          <RelativeTime at={run.createdAt} />
        </span>
      </div>
      {edits.map((edit) => (
        <details key={edit.seq} className={classes.edit}>
          <summary>{editText(edit)}</summary>
          <JsonView value={edit.data} label={`The edited payload of seq ${edit.seq}`} />
        </details>
      ))}
    </li>
  );
}
