import { Link } from '@tanstack/react-router';
import { clsx } from '../../ui/clsx.js';
import { duration } from '../../ui/format.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { runLook, VERDICTS } from '../../ui/tones.js';
import { diffAddress } from '../runs/index.js';
import { circumstancesOf, pairOf, passHat, type Cell } from './case-table.js';
import classes from './CaseMatrix.module.css';
import { CASE_CHANGES } from './comparison-words.js';

const SHOWN_TRIALS = 10;

interface MatrixCellProps {
  cell: Cell;
  k: number;
  experiment: string;
}

/** A case in one cell: its verdict, pass^k, each trial, and how it stands to the baseline. */
export function MatrixCell({ cell, k, experiment }: MatrixCellProps) {
  const { one } = cell;
  const chance = passHat(one, k);
  const name = [one.caseId, ...circumstancesOf(one)].join(', ');
  const shown = one.runs.slice(0, SHOWN_TRIALS);
  return (
    <div className={classes.cell}>
      <div className={classes.line}>
        {one.verdict ? <StatusBadge look={VERDICTS[one.verdict]} /> : <span>goes on</span>}
        <span className={classes.quiet}>
          {one.passed} of {one.scored}
          {one.total > 1 && chance !== null && `, pass^${k} ${Number(chance.toFixed(3))}`}
        </span>
        {one.isFlaky && <span className={classes.flaky}>flaky</span>}
      </div>
      <div className={classes.trials}>
        {shown.map((run) => {
          const look = runLook(run);
          return (
            <Link
              key={run.id}
              to="/runs/$id"
              params={{ id: run.id }}
              className={classes.link}
              aria-label={`${name} #${run.repeat}: ${look.word}`}
              title={`#${run.repeat} ${look.word}, ${duration(run.durationMs)}`}
            >
              <StatusBadge look={look} compact />
            </Link>
          );
        })}
        {shown.length < one.runs.length && (
          <Link
            to="/runs"
            search={{ experiment, ...(one.caseId !== '' && { case: one.caseId }) }}
            className={classes.more}
          >
            and {one.runs.length - shown.length} more
          </Link>
        )}
      </div>
      <Change cell={cell} />
    </div>
  );
}

function Change({ cell: { compared } }: { cell: Cell }) {
  if (!compared) return null;
  const { baseline, candidate, change, difference } = compared;
  const pair = pairOf(compared);
  const isSame = change === 'same' && (difference ?? 0) === 0;
  return (
    <div className={clsx(classes.line, isSame && classes.quiet)}>
      <StatusBadge look={CASE_CHANGES[change]} />
      {baseline && candidate && !isSame && (
        <span className={classes.quiet}>
          {baseline.passed} of {baseline.scored} → {candidate.passed} of {candidate.scored}
        </span>
      )}
      {pair && (
        <Link to="/diff/$pair" params={{ pair: diffAddress(pair) }} className={classes.more}>
          Diff
        </Link>
      )}
    </div>
  );
}
