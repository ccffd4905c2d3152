import type { JournalEvent } from '@rehearse/contracts';
import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useState, type ReactNode } from 'react';
import { LogRow } from './LogRow.js';
import { PausedPill } from './PausedPill.js';
import classes from './RunLog.module.css';
import type { RunSearch } from './search.js';
import { useLogList } from './useLogList.js';

const ROW_HEIGHT = { wide: 28, narrow: 48 };

interface LogLinesProps {
  events: readonly JournalEvent[];
  /** Indices into the events, of which the first `rowCount` are there. */
  rows: readonly number[];
  rowCount: number;
  seq: number | undefined;
  isFollowing: boolean;
  isLive: boolean;
  onChange: (change: Partial<RunSearch>) => void;
  /** Shown where there is no line. */
  empty: ReactNode;
  /** Shown below the last line. */
  tail: ReactNode;
}

/** The window of lines. Apart from the rest of the log, because scrolling draws it anew with every frame. */
export function LogLines(props: LogLinesProps) {
  const { events, rows, rowCount, seq, isFollowing, onChange } = props;
  const [opened, setOpened] = useState<ReadonlySet<number>>(() => new Set(seq === undefined ? [] : [seq]));
  const isNarrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });
  const eventAt = (row: number) => events[rows[row] ?? -1];
  const name = useCallback(
    (named: number) => onChange({ seq: named, ...(isFollowing && { follow: '0' }) }),
    [onChange, isFollowing],
  );
  const toggle = useCallback(
    (toggled: number) => {
      setOpened((now) => {
        const next = new Set(now);
        if (!next.delete(toggled)) next.add(toggled);
        return next;
      });
      name(toggled);
    },
    [name],
  );
  const withSeq = (act: (seq: number) => void) => (row: number) => {
    const event = eventAt(row);
    if (event) act(event.seq);
  };
  const { scroller, items, height, measure, pausedAt, handlers } = useLogList({
    rowCount,
    rowHeight: isNarrow ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide,
    rowOf: (wanted) => rows.findIndex((index) => events[index]?.seq === wanted),
    seq,
    isFollowing,
    onPause: () => onChange({ follow: '0' }),
    onMove: withSeq(name),
    onToggle: withSeq(toggle),
  });
  const startedAt = events[0] ? Date.parse(events[0].at) : 0;
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        role="treegrid"
        aria-label="Events of the journal"
        aria-rowcount={rowCount}
        aria-activedescendant={seq === undefined ? undefined : `seq-${seq}`}
        tabIndex={0}
        {...handlers}
      >
        {rowCount === 0 && props.empty}
        <div className={classes.lines} role="rowgroup" style={{ height }}>
          {items.map((item) => {
            const event = eventAt(item.index);
            const isOpen = event !== undefined && opened.has(event.seq);
            return (
              event && (
                <LogRow
                  key={event.seq}
                  event={event}
                  row={item.index}
                  top={item.start}
                  // Only a line that was opened or closed just now can have another height than the rest.
                  measure={isOpen || event.seq === seq ? measure : undefined}
                  startedAt={startedAt}
                  isOpen={isOpen}
                  isCurrent={event.seq === seq}
                  onToggle={toggle}
                />
              )
            );
          })}
        </div>
        {props.tail}
      </div>
      {props.isLive && !isFollowing && (
        <PausedPill
          fresh={Math.max(0, rowCount - pausedAt)}
          onResume={() => onChange({ follow: '1', seq: undefined })}
        />
      )}
    </div>
  );
}
