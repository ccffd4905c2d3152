import { Button, NumberInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { count, duration } from '../../ui/format.js';
import { describeEvent } from './event-text.js';
import type { RunFeed } from './run-feed.js';
import { rangeOf, rangeText, type SeqRange } from './run-range.js';
import classes from './RunTimeline.module.css';
import { RunMoment } from './RunMoment.js';
import type { RunSearch } from './search.js';
import { elapsedMs } from './timeline-marks.js';
import { TimelineTrack } from './TimelineTrack.js';
import { useFeed } from './useRunFeed.js';

const route = getRouteApi('/inside/runs/$id');

interface RunTimelineProps {
  run: RunView;
  feed: RunFeed;
  seq: number | undefined;
}

/** The whole journal on one line: a place in it is where the panes stand, a stretch of it is all that they show. */
export function RunTimeline({ run, feed, seq }: RunTimelineProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = useMemo(() => rangeOf(search.range), [search.range]);
  const [hovered, setHovered] = useState<number | null>(null);
  const set = useCallback(
    (change: Partial<RunSearch>) =>
      void navigate({
        search: (now) => ({ ...now, ...change }),
        hash: '',
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const goTo = useCallback(
    (next: number | undefined) => set({ seq: next, ...(next !== undefined && { follow: '0' }) }),
    [set],
  );
  const brush = useCallback(
    (next: SeqRange | null) => set({ range: next ? rangeText(next) : undefined }),
    [set],
  );
  const { lastSeq } = run;
  if (lastSeq < 2) return null;
  return (
    <section className={classes.panel} aria-label="Timeline">
      <div className={classes.stage} onPointerLeave={() => setHovered(null)}>
        <TimelineTrack
          run={run}
          feed={feed}
          seq={seq}
          range={range}
          hovered={hovered}
          onHover={setHovered}
          onSeq={goTo}
          onRange={brush}
        />
        {hovered !== null && <RunMoment run={run} feed={feed} seq={hovered} />}
      </div>
      <Scrubber run={run} feed={feed} seq={seq} onSeq={goTo}>
        <RangeFields lastSeq={lastSeq} range={range} onRange={brush} />
      </Scrubber>
    </section>
  );
}

interface ScrubberProps extends RunTimelineProps {
  onSeq: (seq: number | undefined) => void;
  children: ReactNode;
}

/** The same by keyboard, and in words where it stands. */
function Scrubber({ run, feed, seq, onSeq, children }: ScrubberProps) {
  const { events } = useFeed(feed);
  const at = Math.min(seq ?? run.lastSeq, run.lastSeq);
  const event = events[at - 1];
  const elapsed = elapsedMs(events, at);
  const what = event ? `${event.type} ${describeEvent(event).text}` : 'on its way';
  return (
    <div className={classes.scrubber}>
      <input
        type="range"
        className={classes.slider}
        min={1}
        max={run.lastSeq}
        value={at}
        aria-label="Place in the journal"
        aria-valuetext={`seq ${at} of ${run.lastSeq}: ${what}`}
        onChange={(change) => onSeq(Number(change.currentTarget.value))}
      />
      <div className={classes.where}>
        <span className={classes.seq}>
          seq {count(at)} of {count(run.lastSeq)}
          {elapsed !== null && ` · +${duration(elapsed)}`}
        </span>
        <span className={classes.what}>{what}</span>
        {seq !== undefined && (
          <Button variant="subtle" size="xs" onClick={() => onSeq(undefined)}>
            Back to the end
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}

interface RangeFieldsProps {
  lastSeq: number;
  range: SeqRange | null;
  onRange: (range: SeqRange | null) => void;
}

/** A stretch without dragging: its two ends as numbers. An end that passes the other takes it along. */
function RangeFields({ lastSeq, range, onRange }: RangeFieldsProps) {
  const { from = 1, to = lastSeq } = range ?? {};
  return (
    <div className={classes.range} role="group" aria-label="What is shown of the journal">
      <span>Show seq</span>
      <End
        key={`from ${range?.from}`}
        label="First seq that is shown"
        value={range?.from}
        placeholder={1}
        lastSeq={lastSeq}
        onCommit={(next) => onRange({ from: next, to: Math.max(next, to) })}
      />
      <span>to</span>
      <End
        key={`to ${range?.to}`}
        label="Last seq that is shown"
        value={range?.to}
        placeholder={lastSeq}
        lastSeq={lastSeq}
        onCommit={(next) => onRange({ from: Math.min(from, next), to: next })}
      />
      {range ? (
        <Button variant="default" leftSection={<IconX size={14} />} onClick={() => onRange(null)}>
          Show all
        </Button>
      ) : (
        <span className={classes.hint}>or drag over the timeline</span>
      )}
    </div>
  );
}

interface EndProps {
  label: string;
  value: number | undefined;
  placeholder: number;
  lastSeq: number;
  onCommit: (value: number) => void;
}

/** A number that counts once it is whole: with Enter, or when the field is left. */
function End({ label, value, placeholder, lastSeq, onCommit }: EndProps) {
  const [draft, setDraft] = useState<number | string>(value ?? '');
  const commit = () => {
    if (typeof draft === 'number' && draft >= 1 && draft !== value) onCommit(Math.min(draft, lastSeq));
  };
  return (
    <NumberInput
      size="xs"
      className={classes.number}
      aria-label={label}
      placeholder={String(placeholder)}
      min={1}
      max={lastSeq}
      allowDecimal={false}
      allowNegative={false}
      hideControls
      value={draft}
      onChange={setDraft}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
