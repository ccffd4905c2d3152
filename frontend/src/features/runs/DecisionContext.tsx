import type { HumanRequestView } from '@rehearse/contracts';
import { JsonView } from '../../ui/JsonView.js';
import { Facts } from '../../ui/Facts.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import classes from './Decisions.module.css';
import type { RunFeed } from './run-feed.js';
import type { Given } from './useGiven.js';
import { useFeed } from './useRunFeed.js';

interface DecisionContextProps {
  request: HumanRequestView;
  given: Given[];
  feed: RunFeed;
}

/** Shown at once when it is read at a glance. */
const OPEN_BELOW_CHARACTERS = 600;

/** Who is asked, until when, and what the question is about. */
export function DecisionContext({ request, given, feed }: DecisionContextProps) {
  const deadline = useDeadline(feed, request.key);
  const { approvers } = request;
  const size = JSON.stringify(given).length;
  return (
    <>
      <Facts
        items={[
          ['Asked', approvers && approvers.length > 0 ? approvers.join(', ') : 'everybody who may write'],
          ...(deadline
            ? [['Time runs out', <RelativeTime key="at" at={deadline} />] as [string, React.ReactNode]]
            : []),
        ]}
      />
      {given.length > 0 && (
        <details className={classes.given} open={size < OPEN_BELOW_CHARACTERS}>
          <summary>What it is about</summary>
          <div className={classes.grounds}>
            {given.map(({ name, value }) => (
              <div key={name}>
                <h3 className={classes.label}>{name === 'vars' ? 'Vars' : `Output of ${name}`}</h3>
                <JsonView value={value} label={name === 'vars' ? 'Vars of the run' : `Output of ${name}`} />
              </div>
            ))}
          </div>
        </details>
      )}
    </>
  );
}

/** When a question decides itself, if it does. */
function useDeadline(feed: RunFeed, key: string): string | undefined {
  const { events } = useFeed(feed);
  const timer = events.findLast((event) => event.key === key && event.type === 'timer.set');
  if (timer?.type !== 'timer.set') return undefined;
  return new Date(Date.parse(timer.at) + timer.data.durationMs).toISOString();
}
