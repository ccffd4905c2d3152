import { IconGitFork } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { count, plural, shortId, usd } from '../../../ui/format.js';
import { addressOf } from '../diff/search.js';
import classes from './Forks.module.css';
import { changeText } from './fork-words.js';
import { forksQuery, originsQuery } from './queries.js';

/** Of a fork: what it comes from, and which of its answers are from the tape. */
export function ForkBanner({ run }: { run: RunView }) {
  const { parent } = run;
  const origins = useQuery({ ...originsQuery(run), enabled: parent !== null });
  const forks = useQuery({ ...forksQuery(run.id), enabled: parent !== null });
  if (parent === null) return null;
  const own = forks.data?.items.find((fork) => fork.run.id === run.id);
  const told = origins.data;
  return (
    <section className={classes.banner} aria-label="Fork">
      <IconGitFork size={16} aria-hidden />
      <p>
        Fork of{' '}
        <Link to="/runs/$id" params={{ id: parent.runId }} className="mono">
          {shortId(parent.runId)}
        </Link>{' '}
        from{' '}
        <Link to="/runs/$id" params={{ id: parent.runId }} search={{ tab: 'log', seq: parent.fromSeq }}>
          seq {count(parent.fromSeq)}
        </Link>
        {own?.fault && <>, with {changeText(own)}</>}
        {told && (
          <>
            : {plural(told.answers.tape, 'answer')} from the tape, {count(told.answers.live)} had anew, for{' '}
            {usd(told.costUsd)}
          </>
        )}
        .
      </p>
      <Link to="/diff/$pair" params={{ pair: addressOf({ a: parent.runId, b: run.id }) }}>
        Diff with the parent
      </Link>
    </section>
  );
}
