import type { JournalEvent, RunView } from '@rehearse/contracts';
import { plural, usd } from '../../../ui/format.js';
import classes from './Dialogs.module.css';
import { costBehind } from './fork-draft.js';

/** Says before it is started what a fork does, beside what else there is. */
export function ForkWords({
  run,
  events,
  at,
}: {
  run: RunView;
  events: readonly JournalEvent[];
  at: number;
}) {
  const cost = costBehind(events, at);
  return (
    <div className={classes.words}>
      <dl className={classes.modes}>
        <div>
          <dt>Replay</dt>
          <dd>recorded, no calls</dd>
        </div>
        <div>
          <dt>Re-run</dt>
          <dd>live</dd>
        </div>
        <div className={classes.chosen}>
          <dt>Fork</dt>
          <dd>from seq {at}, edited</dd>
        </div>
      </dl>
      <p>
        {plural(at, 'event is', 'events are')} taken over without a call. What comes behind is had anew:{' '}
        {callsOf(run)}
        {cost > 0 && ` It cost ${usd(cost)} when it was recorded.`}
      </p>
    </div>
  );
}

function callsOf({ live, offline }: RunView): string {
  if (offline) return 'by the mocks of the graph alone, as in this run.';
  if (live) return 'models are asked and tools are called live, with what that costs and does.';
  return 'models are asked as the graph says, tools are its mocks.';
}
