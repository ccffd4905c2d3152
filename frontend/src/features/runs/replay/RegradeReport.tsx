import { IconScale } from '@tabler/icons-react';
import type { ReplayAnswer } from '@rehearse/contracts';
import type { ReactNode } from 'react';
import { Facts } from '../../../ui/Facts.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { VERDICTS } from '../../../ui/tones.js';
import { answersOf } from './answers.js';
import classes from './ReplayPanel.module.css';

const RANK = { failed: 0, errored: 1, passed: 2 };

/** The verdict by the checks that were given, and each of them, what failed first. */
export function RegradeReport({ answer, children }: { answer: ReplayAnswer; children: ReactNode }) {
  const { verdict, recordedVerdict, assertions = [], contracts = [] } = answer;
  const isSame = verdict === recordedVerdict;
  const checks = [
    ...assertions.map((one) => ({ key: one.id, name: one.type, verdict: one.verdict, why: one.reason })),
    ...contracts.map((one) => ({
      ...{ key: one.id, name: one.id, verdict: one.verdict },
      why: one.message ?? (one.verdict === 'passed' ? 'held for the whole run' : ''),
    })),
  ].sort((a, b) => RANK[a.verdict] - RANK[b.verdict]);
  return (
    <section className={`${classes.panel} ${isSame ? classes.good : classes.bad}`} aria-label="Replay">
      <div className={classes.head}>
        <IconScale size={20} className={classes.icon} aria-hidden />
        <div className={classes.words} role="status">
          <strong>Regrade: {isSame ? 'the same verdict' : 'another verdict'}</strong>
          <p>
            {verdict && <StatusBadge look={VERDICTS[verdict]} />} by these checks
            {recordedVerdict && !isSame && (
              <>
                , <StatusBadge look={VERDICTS[recordedVerdict]} /> when it was recorded
              </>
            )}
            . No run was made.
          </p>
        </div>
        {children}
      </div>
      <ul className={classes.before} aria-label="Checks of the regrade">
        {checks.map((check) => (
          <li key={check.key}>
            <StatusBadge look={VERDICTS[check.verdict]} compact /> <code>{check.name}</code>{' '}
            <span className={classes.muted}>{check.why}</span>
          </li>
        ))}
      </ul>
      <Facts items={answersOf(answer)} />
    </section>
  );
}
