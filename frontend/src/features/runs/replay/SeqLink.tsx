import { Link } from '@tanstack/react-router';

/** To a line of the log, by its seq. */
export function SeqLink({ id, seq, name }: { id: string; seq: number; name?: string }) {
  return (
    <Link to="/runs/$id" params={{ id }} search={{ tab: 'log', seq }} resetScroll={false}>
      {name ? `${name} (${seq})` : `seq ${seq}`}
    </Link>
  );
}
