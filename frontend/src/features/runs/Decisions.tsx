import type { JournalEvent, RunView } from '@rehearse/contracts';
import { useEffect, useEffectEvent, useRef } from 'react';
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
  const asked = decide.variables?.key;
  useAskedAloud(run, feed, asked);
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

/** Says what is asked when the run begins to ask, and who decided when it was not decided here. */
function useAskedAloud({ waitingFor = NONE }: RunView, feed: RunFeed, decidedHere: string | undefined): void {
  // What is asked when the page opens stands there to be read.
  const asked = useRef(new Set(waitingFor.map(({ key }) => key)));
  useEffect(() => {
    for (const { key, prompt } of waitingFor) {
      if (!asked.current.has(key)) announce(`The run waits for a decision: ${prompt}`);
      asked.current.add(key);
    }
  }, [waitingFor]);
  // The view and the events come by different ways, in either order; who decided is in the events alone.
  const heard = useEffectEvent((event: JournalEvent) => {
    if (event.type !== 'human.decided' || event.key === decidedHere || !asked.current.has(event.key)) return;
    announce(`${event.key} is decided by ${event.data.by}`);
  });
  useEffect(() => {
    let seen = 0;
    return feed.subscribe(() => {
      const { events, count } = feed.snapshot();
      for (const event of events.slice(seen, count)) heard(event);
      seen = count;
    });
  }, [feed]);
}
