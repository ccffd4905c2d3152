import { Button } from '@mantine/core';
import { IconArrowDown, IconFilterOff, IconPlayerPlayFilled, IconScript } from '@tabler/icons-react';
import type { JournalEvent, RunView } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { count } from '../../ui/format.js';
import { useHotkey } from '../../ui/useHotkey.js';
import { LogRow } from './LogRow.js';
import { LogToolbar } from './LogToolbar.js';
import { isOver } from './run-opening.js';
import type { RunFeed } from './run-feed.js';
import classes from './RunLog.module.css';
import { useLogList } from './useLogList.js';
import { useFeed, useLogRows } from './useRunFeed.js';
import type { RunSearch } from './search.js';

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
  const {
    rows,
    count: rowCount,
    isScanning,
  } = useLogRows(feed, { q, type, node, problemsOnly: level === 'problems' });
  const [opened, setOpened] = useState<ReadonlySet<number>>(() => new Set(seq === undefined ? [] : [seq]));
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
  const eventAt = (row: number) => events[rows[row] ?? -1];
  const toggle = (event: JournalEvent) => {
    setOpened((now) => {
      const next = new Set(now);
      if (!next.delete(event.seq)) next.add(event.seq);
      return next;
    });
    set({ seq: event.seq, ...(isFollowing && { follow: '0' }) });
  };
  const { scroller, items, height, measure, pausedAt, handlers } = useLogList({
    rowCount,
    rowOf: (wanted) => rows.findIndex((index) => events[index]?.seq === wanted),
    seq,
    isFollowing,
    onPause: () => set({ follow: '0' }),
    onMove: (row) => {
      const event = eventAt(row);
      if (event) set({ seq: event.seq, ...(isFollowing && { follow: '0' }) });
    },
    onToggle: (row) => {
      const event = eventAt(row);
      if (event) toggle(event);
    },
  });
  useHotkey('f', () => set({ follow: isFollowing ? '0' : '1' }));

  const startedAt = events[0] ? Date.parse(events[0].at) : 0;
  const isFiltered = Boolean(q || type || node || level);
  const isLive = connection.state !== 'ended';
  return (
    <section className={classes.log} aria-label="Log">
      <LogToolbar
        run={run}
        search={search}
        onChange={set}
        shown={rowCount}
        total={events.length}
        isScanning={isScanning}
        isFollowing={isFollowing}
      />
      <div className={classes.frame}>
        <div
          ref={scroller}
          className={classes.scroller}
          role="grid"
          aria-label="Events of the journal"
          aria-rowcount={rowCount}
          aria-activedescendant={seq === undefined ? undefined : `seq-${seq}`}
          tabIndex={0}
          {...handlers}
        >
          {rowCount === 0 && (
            <NoLine isFiltered={isFiltered} isLive={isLive} onClear={() => set(NO_FILTERS)} />
          )}
          <div className={classes.lines} role="rowgroup" style={{ height: height }}>
            {items.map((item) => {
              const event = eventAt(item.index);
              return (
                event && (
                  <LogRow
                    key={event.seq}
                    event={event}
                    row={item.index}
                    top={item.start}
                    measure={measure}
                    startedAt={startedAt}
                    isOpen={opened.has(event.seq)}
                    isCurrent={event.seq === seq}
                    onToggle={toggle}
                  />
                )
              );
            })}
          </div>
          {isFollowing && [...writing].map(([key, text]) => <Writing key={key} name={key} text={text} />)}
        </div>
        {isLive && !isFollowing && (
          <PausedPill
            fresh={Math.max(0, rowCount - pausedAt)}
            onResume={() => set({ follow: '1', seq: undefined })}
          />
        )}
      </div>
    </section>
  );
}

const NO_FILTERS = { q: undefined, type: undefined, node: undefined, level: undefined };

function NoLine(props: { isFiltered: boolean; isLive: boolean; onClear: () => void }) {
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
  return (
    <EmptyState
      icon={IconScript}
      title={props.isLive ? 'Waiting for the first event' : 'The journal is empty'}
    >
      {props.isLive && 'Lines appear here the moment they are journaled.'}
    </EmptyState>
  );
}

function PausedPill({ fresh, onResume }: { fresh: number; onResume: () => void }) {
  return (
    <button type="button" className={classes.pill} onClick={onResume}>
      <span>Paused</span>
      {fresh > 0 && <span className={classes.fresh}>{count(fresh)} new</span>}
      <span className={classes.resume}>
        {fresh > 0 ? <IconArrowDown size={14} aria-hidden /> : <IconPlayerPlayFilled size={13} aria-hidden />}{' '}
        Resume
      </span>
    </button>
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
