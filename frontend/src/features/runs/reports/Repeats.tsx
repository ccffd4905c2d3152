import type { AssertionReport } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
import { plural, shortId } from '../../../ui/format.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { VERDICTS } from '../../../ui/tones.js';
import classes from './Repeats.module.css';

/** The same assertion in the other runs of its case: how it turned out there, and why. */
export function Repeats({ report }: { report: AssertionReport }) {
  const { repeats, isFlaky } = report;
  if (repeats.length === 0) return null;
  return (
    <div>
      <h3 className={classes.head}>
        In {plural(repeats.length, 'other run')} of this case
        {isFlaky && <span className={classes.flaky}>flaky: it passes and fails</span>}
      </h3>
      <ul className={classes.repeats} aria-label={`${report.id} in other runs`}>
        {repeats.map(({ runId, repeat, verdict, reason }) => (
          <li key={runId}>
            <Link
              to="/runs/$id"
              params={{ id: runId }}
              search={{ tab: 'assertions' }}
              className={classes.link}
              title={`#${repeat}: ${reason}`}
              aria-label={`#${repeat} ${shortId(runId)}: ${VERDICTS[verdict].word}`}
            >
              <StatusBadge look={VERDICTS[verdict]} compact />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
