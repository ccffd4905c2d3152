import { IconGitFork } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import classes from './ForkLink.module.css';

interface ForkLinkProps {
  runId: string;
  at: number;
  label?: string;
}

/** Opens the dialog that forks the run at a place, over whatever is shown. */
export function ForkLink({ runId, at, label = 'Fork from here' }: ForkLinkProps) {
  return (
    <Link
      from="/runs/$id"
      to="."
      params={{ id: runId }}
      search={(now) => ({ ...now, replay: 'fork' as const, at })}
      className={classes.link}
      resetScroll={false}
      replace
    >
      <IconGitFork size={14} aria-hidden /> {label}
    </Link>
  );
}
