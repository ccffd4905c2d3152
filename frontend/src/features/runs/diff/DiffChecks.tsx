import { Button } from '@mantine/core';
import type { CheckDiff, RunDiff } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { plural } from '../../../ui/format.js';
import { Panel } from '../../../ui/Panel.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { VERDICTS } from '../../../ui/tones.js';
import { FLIPS, NOT_THERE } from './diff-looks.js';
import classes from './DiffChecks.module.css';
import { checksOf } from './diff-words.js';
import type { Pair } from './search.js';

/** Assertions and contracts beside each other: those that flip, and on demand all. */
export function DiffChecks({ diff, pair }: { diff: RunDiff; pair: Pair }) {
  const [isAll, setAll] = useState(false);
  const checks = checksOf(diff);
  const flipped = checks.filter(({ flip }) => flip !== 'none');
  const shown = isAll ? checks : flipped;
  if (checks.length === 0) return null;
  return (
    <Panel
      title={
        flipped.length > 0
          ? plural(flipped.length, 'check that differs', 'checks that differ')
          : 'No check flips'
      }
      aside={
        checks.length > flipped.length && (
          <Button variant="subtle" size="xs" onClick={() => setAll(!isAll)}>
            {isAll ? 'Only those that differ' : `All ${checks.length}`}
          </Button>
        )
      }
      flush
      className={classes.panel}
    >
      {shown.length > 0 && (
        <ul className={classes.list} aria-label="Assertions and contracts of both runs">
          {shown.map((check) => (
            <Check key={`${check.type} ${check.id}`} check={check} pair={pair} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Check({ check, pair }: { check: CheckDiff; pair: Pair }) {
  const { id, type, a, b, flip } = check;
  const isContract = type === 'contract';
  return (
    <li className={classes.check}>
      <span>
        <StatusBadge look={FLIPS[flip]} />
      </span>
      <span className={classes.name}>
        <code>{isContract ? id : type}</code>{' '}
        <span className={classes.id}>{isContract ? 'contract' : id}</span>
      </span>
      <span className={classes.sides}>
        <Verdict letter="A" side={a} runId={pair.a} held={isContract} />
        <Verdict letter="B" side={b} runId={pair.b} held={isContract} />
      </span>
      <span className={classes.reason}>
        {b?.reason ?? (isContract ? 'It holds in B.' : 'Not checked in B.')}
      </span>
    </li>
  );
}

interface VerdictProps {
  letter: 'A' | 'B';
  side: CheckDiff['a'];
  runId: string;
  /** A contract that nobody broke is in no journal. */
  held: boolean;
}

function Verdict({ letter, side, runId, held }: VerdictProps) {
  const look = side ? VERDICTS[side.verdict] : held ? VERDICTS.passed : NOT_THERE;
  const badge = <StatusBadge look={look} />;
  return (
    <span className={classes.side}>
      <span className={classes.id}>{letter}</span>
      {side ? (
        <Link
          to="/runs/$id"
          params={{ id: runId }}
          search={{ tab: 'log', seq: side.seq }}
          className={classes.link}
          aria-label={`${letter}: ${look.word}, seq ${side.seq}`}
        >
          {badge}
        </Link>
      ) : (
        badge
      )}
    </span>
  );
}
