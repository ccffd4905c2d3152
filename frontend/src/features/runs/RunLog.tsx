import { Button } from '@mantine/core';
import { IconFilterOff, IconScript } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { Loading } from '../../ui/Loading.js';
import { useHotkey, useListedKey } from '../../ui/useHotkey.js';
import { LogLines } from './LogLines.js';
import { LogToolbar } from './LogToolbar.js';
import { isOver } from './run-opening.js';
import type { Connection, RunFeed } from './run-feed.js';
import { rangeOf } from './run-range.js';
import classes from './RunLog.module.css';
import { neighbourOf } from './run-places.js';
import type { RunSearch } from './search.js';
import { useFeed, useLogRows } from './useRunFeed.js';

const route = getRouteApi('/inside/runs/$id');

interface RunLogProps {
  run: RunView;
  feed: RunFeed;
  seq: number | undefined;
}

/** The journal, line by line, as it grows. */
export function RunLog({ run, feed, seq }: RunLogProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { events, writing, connection } = useFeed(feed);
  const { q, type, node, level } = search;
  const range = rangeOf(search.range);
  const problemsOnly = level === 'problems';
  const { rows, count, isScanning } = useLogRows(feed, { q, type, node, problemsOnly, range });
  const isFollowing = search.follow ? search.follow === '1' : seq === undefined && !isOver(run);
  const set = useCallback(
    (change: Partial<RunSearch>) =>
      void navigate({
        search: (now) => ({ ...now, tab: 'log', ...change }),
        hash: '',
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  useHotkey('f', {
    says: isFollowing ? 'Stop following the newest line' : 'Follow the newest line',
    act: () => set({ follow: isFollowing ? '0' : '1' }),
  });
  const toMatch = (by: 1 | -1) => {
    const seqs = rows.slice(0, count).flatMap((row) => events[row]?.seq ?? []);
    const at = neighbourOf(seqs, { from: seq, by });
    if (at !== undefined) set({ seq: at, follow: '0' });
  };
  useHotkey('n', { says: 'Next line that fits the search', act: () => toMatch(1) });
  useHotkey('N', { says: 'Previous line that fits the search', act: () => toMatch(-1) });
  useListedKey('j', 'Next line, where the log has the focus');
  useListedKey('k', 'Previous line, where the log has the focus');
  const isComing = isScanning || events.length < run.lastSeq;
  const isFiltered = Boolean(q || type || node || level || range);
  return (
    <section className={classes.log} aria-label="Log">
      <LogToolbar
        run={run}
        search={search}
        onChange={set}
        shown={count}
        total={events.length}
        isScanning={isScanning}
        isFollowing={isFollowing}
      />
      <LogLines
        events={events}
        rows={rows}
        rowCount={count}
        seq={seq}
        isFollowing={isFollowing}
        isLive={connection.state !== 'ended'}
        onChange={set}
        empty={
          isComing ? (
            <Loading lines={6} label="Loading the journal" />
          ) : (
            <NoLine isFiltered={isFiltered} connection={connection} onClear={() => set(NO_FILTERS)} />
          )
        }
        tail={isFollowing && [...writing].map(([key, text]) => <Writing key={key} name={key} text={text} />)}
      />
    </section>
  );
}

const NO_FILTERS = {
  ...{ q: undefined, type: undefined, node: undefined, level: undefined },
  range: undefined,
};

function NoLine(props: { isFiltered: boolean; connection: Connection; onClear: () => void }) {
  if (props.isFiltered)
    return (
      <EmptyState
        icon={IconFilterOff}
        title="No event fits these filters"
        action={
          <Button variant="default" onClick={props.onClear}>
            Clear the filters
          </Button>
        }
      />
    );
  const isLive = props.connection.state !== 'ended';
  return (
    <EmptyState icon={IconScript} title={isLive ? 'Waiting for the first event' : 'The journal is empty'}>
      {isLive && 'Lines appear here the moment they are journaled.'}
    </EmptyState>
  );
}

const SHOWN_TAIL = 300;

/** Text that a model is writing; it becomes an event when it is complete. */
function Writing({ name, text }: { name: string; text: string }) {
  return (
    <div className={classes.writing}>
      <code>{name}</code> <span>{text.slice(-SHOWN_TAIL)}</span>
      <span className={classes.caret} aria-hidden />
    </div>
  );
}
