import type { RunView } from '@rehearse/contracts';
import { useEffect, useRef } from 'react';
import { announce } from '../../ui/announcements.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { DecisionPanel } from './DecisionPanel.js';
import classes from './Decisions.module.css';
import type { RunFeed } from './run-feed.js';
import { useDecide } from './useDecide.js';

interface DecisionsProps {
  run: RunView;
  feed: RunFeed;
}

/** What the run asks people now. It comes and goes with the run, whoever decides. */
export function Decisions({ run, feed }: DecisionsProps) {
  const place = useRef<HTMLDivElement>(null);
  // The button that had the focus is gone after a decision; the next thing to read is here.
  const decide = useDecide(run.id, () => place.current?.focus());
  const { waitingFor = [] } = run;
  useAskedAloud(run, feed);
  const asked = decide.variables?.key;
  return (
    <div ref={place} tabIndex={-1} className={classes.place}>
      {decide.error && !waitingFor.some(({ key }) => key === asked) && <ErrorPanel error={decide.error} />}
      {waitingFor.map((request) => (
        <DecisionPanel
          key={request.key}
          run={run}
          feed={feed}
          request={request}
          error={asked === request.key ? decide.error : null}
          isSending={decide.isPending && asked === request.key}
          onDecide={(made) => decide.mutate({ key: request.key, ...made })}
        />
      ))}
    </div>
  );
}

const NONE: NonNullable<RunView['waitingFor']> = [];

/** Says what is asked when the run begins to ask, and who decided when it was somebody else. */
function useAskedAloud({ waitingFor = NONE }: RunView, feed: RunFeed): void {
  // What is asked when the page opens stands there to be read.
  const before = useRef(waitingFor.map(({ key }) => key));
  useEffect(() => {
    const keys = waitingFor.map(({ key }) => key);
    for (const { key, prompt } of waitingFor)
      if (!before.current.includes(key)) announce(`The run waits for a decision: ${prompt}`);
    for (const key of before.current) {
      if (keys.includes(key)) continue;
      const made = feed
        .snapshot()
        .events.findLast((event) => event.key === key && event.type === 'human.decided');
      if (made?.type === 'human.decided') announce(`${key} is decided by ${made.data.by}`);
    }
    before.current = keys;
  }, [waitingFor, feed]);
}
