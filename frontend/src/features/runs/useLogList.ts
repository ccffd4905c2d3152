import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';

const PAGE_ROWS = 20;
const CONTEXT_ROWS = 2;
const NEAR_BOTTOM_PX = 48;
/** A scroll this long after a wheel, touch, drag or key is the reader's, not ours. */
const READER_MS = 600;

interface LogListOptions {
  rowCount: number;
  /** Of a line that is not open, in pixels. */
  rowHeight: number;
  rowOf: (seq: number) => number;
  seq: number | undefined;
  isFollowing: boolean;
  onPause: () => void;
  onMove: (row: number) => void;
  onToggle: (row: number) => void;
}

export interface LogList {
  scroller: RefObject<HTMLDivElement | null>;
  items: VirtualItem[];
  height: number;
  measure: (element: Element | null) => void;
  /** How many rows there were when following stopped. */
  pausedAt: number;
  /** Brings a row into view. */
  show: (row: number) => void;
  handlers: {
    onKeyDown: (event: KeyboardEvent) => void;
    onScroll: () => void;
    onWheel: () => void;
    onTouchMove: () => void;
    onPointerDown: () => void;
  };
}

/** The window of rows that is drawn, where it stands, and the keys that move in it. */
export function useLogList(options: LogListOptions): LogList {
  const { rowCount, seq, isFollowing, rowOf } = options;
  const scroller = useRef<HTMLDivElement>(null);
  const touchedAt = useRef(0);
  const pausedAt = usePausedAt(rowCount, isFollowing);
  // oxlint-disable-next-line react/incompatible-library -- it answers anew on every render, and nothing here is memoised
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => options.rowHeight,
    overscan: 12,
    // A row that is gone to stands below some of what came before it.
    scrollPaddingStart: CONTEXT_ROWS * options.rowHeight,
  });

  useLayoutEffect(() => {
    if (isFollowing && rowCount > 0) virtual.scrollToIndex(rowCount - 1, { align: 'end' });
  }, [isFollowing, rowCount, virtual]);
  useNamedRow({ seq, rowOf, show: (row, align) => virtual.scrollToIndex(row, { align }) });

  const touch = () => {
    touchedAt.current = performance.now();
  };
  const move = (row: number) => {
    const target = Math.min(Math.max(row, 0), rowCount - 1);
    if (target < 0) return;
    virtual.scrollToIndex(target, { align: 'auto' });
    options.onMove(target);
  };
  return {
    scroller,
    items: virtual.getVirtualItems(),
    height: virtual.getTotalSize(),
    measure: virtual.measureElement,
    pausedAt,
    show: (row) => virtual.scrollToIndex(row, { align: 'center' }),
    handlers: {
      onWheel: touch,
      onTouchMove: touch,
      onPointerDown: touch,
      onScroll: () => {
        const element = scroller.current;
        if (!element || !isFollowing || performance.now() - touchedAt.current > READER_MS) return;
        const below = element.scrollHeight - element.scrollTop - element.clientHeight;
        if (below > NEAR_BOTTOM_PX) options.onPause();
      },
      onKeyDown: (event) => {
        if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
        const current = seq === undefined ? -1 : rowOf(seq);
        const act = keyAction(event.key, { current, last: rowCount - 1 });
        if (act === undefined) return;
        event.preventDefault();
        if (act === 'toggle') options.onToggle(current);
        else move(act);
      },
    },
  };
}

function keyAction(
  key: string,
  { current, last }: { current: number; last: number },
): number | 'toggle' | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return current + 1;
    case 'ArrowUp':
    case 'k':
      return current - 1;
    case 'PageDown':
      return current + PAGE_ROWS;
    case 'PageUp':
      return current - PAGE_ROWS;
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Enter':
    case ' ':
      return current < 0 ? undefined : 'toggle';
    default:
      return undefined;
  }
}

function usePausedAt(rowCount: number, isFollowing: boolean): number {
  const [pausedAt, setPausedAt] = useState(rowCount);
  const [wasFollowing, setWasFollowing] = useState(isFollowing);
  if (wasFollowing !== isFollowing) {
    setWasFollowing(isFollowing);
    setPausedAt(rowCount);
  }
  return pausedAt;
}

interface NamedRow {
  seq: number | undefined;
  rowOf: (seq: number) => number;
  show: (row: number, align: 'start' | 'auto') => void;
}

/**
 * Brings the row that the address names into view as soon as it has arrived, by its start: what it says may be longer
 * than the view. One that is in view stays where it is.
 */
function useNamedRow({ seq, rowOf, show }: NamedRow): void {
  const shown = useRef<number>(undefined);
  useEffect(() => {
    if (seq === undefined || shown.current === seq) return;
    const row = rowOf(seq);
    if (row < 0) return;
    show(row, shown.current === undefined ? 'start' : 'auto');
    shown.current = seq;
  }, [seq, rowOf, show]);
}
