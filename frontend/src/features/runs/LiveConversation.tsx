import type { RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { runLook } from '../../ui/tones.js';
import { Conversation } from './Conversation.js';
import { conversationOf } from './conversation.js';
import classes from './LiveConversation.module.css';
import { runQuery } from './queries.js';
import { isOver } from './run-opening.js';
import { speakerIn } from './step-tree.js';
import { useFreshRun } from './useFreshRun.js';
import { useFeed, useRunFeed } from './useRunFeed.js';

/** A run as the conversation that it is, growing while it goes on. */
export function LiveConversation({ runId, title }: { runId: string; title: string }) {
  const run = useQuery(runQuery(runId));
  if (run.error && !run.data) return <ErrorPanel error={run.error} onRetry={() => void run.refetch()} />;
  return (
    <article className={classes.card} aria-label={title}>
      <header className={classes.head}>
        {run.data && <StatusBadge look={runLook(run.data)} />}
        <Link to="/runs/$id" params={{ id: runId }} className={classes.title}>
          {title}
        </Link>
      </header>
      {run.data ? (
        <Turns run={run.data} title={title} />
      ) : (
        <Loading lines={4} label="Loading the conversation" />
      )}
    </article>
  );
}

function whySilent(run: RunView): string {
  if (isOver(run)) return 'It ended before anybody spoke.';
  return run.startedAt ? 'Nobody has spoken yet.' : 'Waits for a place.';
}

function Turns({ run, title }: { run: RunView; title: string }) {
  const feed = useRunFeed(run.id, run.lastSeq);
  useFreshRun(run, feed);
  const snapshot = useFeed(feed);
  const speaker = speakerIn(run.steps);
  const turns = useMemo(
    () => (speaker ? conversationOf(snapshot.events.slice(speaker.firstSeq - 1), speaker.key) : []),
    // The array grows in place; a new snapshot says when to look again.
    [snapshot, speaker],
  );
  const box = useRef<HTMLDivElement>(null);
  const said = turns.length;
  useEffect(() => {
    // The newest words are in sight; whoever scrolls in a conversation that stands still is left alone.
    if (said > 0) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [said]);
  const writing = [...snapshot.writing.values()].at(-1);
  return (
    <div
      ref={box}
      className={classes.turns}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard has to reach it
      tabIndex={0}
      role="region"
      aria-label={`What was said: ${title}`}
    >
      {said === 0 && <p className={classes.quiet}>{whySilent(run)}</p>}
      <Conversation turns={turns} />
      {writing !== undefined && <p className={classes.quiet}>{writing.slice(-300)}…</p>}
    </div>
  );
}
