import type { RunView } from '@rehearse/contracts';
import { memo, useMemo, useRef, useState, type PointerEvent } from 'react';
import { clsx } from '../../ui/clsx.js';
import { STEP_STATUSES } from '../../ui/tones.js';
import type { RunFeed } from './run-feed.js';
import type { SeqRange } from './run-range.js';
import { treeOf } from './step-tree.js';
import classes from './TimelineTrack.module.css';
import { barsOf, laneCount, problemTicks, seqAt, shareOf, ticksOf } from './timeline-marks.js';
import { useLogRows } from './useRunFeed.js';

const DRAG_PX = 4;
const percent = (share: number): string => `${share * 100}%`;

interface TimelineTrackProps {
  run: RunView;
  feed: RunFeed;
  seq: number | undefined;
  range: SeqRange | null;
  /** Where the pointer is. */
  hovered: number | null;
  onHover: (seq: number | null) => void;
  onSeq: (seq: number) => void;
  onRange: (range: SeqRange | null) => void;
}

/** For the pointer alone: a click goes to a place, a drag takes a stretch, two clicks take that of a step. */
export function TimelineTrack(props: TimelineTrackProps) {
  const { run, feed, seq, range, hovered, onHover, onSeq, onRange } = props;
  const { lastSeq } = run;
  const track = useRef<HTMLDivElement>(null);
  const began = useRef<number | null>(null);
  const [drag, setDrag] = useState<SeqRange | null>(null);
  const placeOf = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    return box ? seqAt((event.clientX - box.left) / Math.max(1, box.width), lastSeq) : 1;
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    began.current = event.clientX;
    track.current?.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const here = placeOf(event);
    if (began.current === null) return onHover(here);
    if (Math.abs(event.clientX - began.current) < DRAG_PX && drag === null) return undefined;
    onHover(null);
    const box = track.current!.getBoundingClientRect();
    const start = seqAt((began.current - box.left) / Math.max(1, box.width), lastSeq);
    return setDrag({ from: Math.min(start, here), to: Math.max(start, here) });
  };
  const up = (event: PointerEvent) => {
    if (began.current === null) return;
    began.current = null;
    setDrag(null);
    if (drag) onRange(drag);
    else onSeq(placeOf(event));
  };
  const shown = drag ?? range;
  return (
    <div
      ref={track}
      className={classes.track}
      aria-hidden
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => {
        began.current = null;
        setDrag(null);
      }}
    >
      <Marks run={run} feed={feed} onRange={onRange} />
      {shown && (
        <div
          className={classes.brush}
          style={{
            left: percent(shareOf(shown.from, lastSeq)),
            right: percent(1 - shareOf(shown.to, lastSeq)),
          }}
        />
      )}
      {hovered !== null && (
        <div className={classes.pointer} style={{ left: percent(shareOf(hovered, lastSeq)) }} />
      )}
      {seq !== undefined && (
        <div className={classes.cursor} style={{ left: percent(shareOf(seq, lastSeq)) }} />
      )}
    </div>
  );
}

type MarksProps = Pick<TimelineTrackProps, 'run' | 'feed' | 'onRange'>;

const Marks = memo(function Marks({ run, feed, onRange }: MarksProps) {
  const { lastSeq } = run;
  const bars = useMemo(
    () =>
      barsOf(
        treeOf(run.steps).map(({ step }) => step),
        lastSeq,
      ),
    [run.steps, lastSeq],
  );
  const lanes = laneCount(bars);
  return (
    <>
      <div className={classes.lanes} style={{ height: `${lanes * LANE_PX}px` }}>
        {bars.map(({ step, lane, from, to }) => (
          <div
            key={step.key}
            className={clsx(classes.bar, classes[STEP_STATUSES[step.status].tone])}
            style={{
              top: `${lane * LANE_PX}px`,
              left: percent(shareOf(from, lastSeq)),
              right: percent(1 - shareOf(to, lastSeq)),
            }}
            title={`${step.key}: ${STEP_STATUSES[step.status].word}`}
            onDoubleClick={() => onRange({ from, to })}
          >
            <span className={classes.name}>{step.key}</span>
          </div>
        ))}
      </div>
      <div className={classes.calls}>
        <Ticks feed={feed} lastSeq={lastSeq} kind="model" />
        <Ticks feed={feed} lastSeq={lastSeq} kind="tool" />
        <ProblemTicks feed={feed} lastSeq={lastSeq} />
      </div>
    </>
  );
});

const LANE_PX = 20;
const CRITERIA = { model: { type: 'model.requested' }, tool: { type: 'tool.called' } };

interface TicksProps {
  feed: RunFeed;
  lastSeq: number;
}

function Ticks({ feed, lastSeq, kind }: TicksProps & { kind: keyof typeof CRITERIA }) {
  const { rows, count } = useLogRows(feed, CRITERIA[kind]);
  const ticks = useMemo(() => ticksOf(rows, { count, lastSeq }), [rows, count, lastSeq]);
  return ticks.map((share) => (
    <span key={share} className={clsx(classes.tick, classes[kind])} style={{ left: percent(share) }} />
  ));
}

const PROBLEMS = { problemsOnly: true };

/** What went wrong stands over what is only worth a look. */
function ProblemTicks({ feed, lastSeq }: TicksProps) {
  const { rows, count } = useLogRows(feed, PROBLEMS);
  const { events } = feed.snapshot();
  const ticks = useMemo(() => problemTicks(rows, { count, lastSeq, events }), [rows, count, lastSeq, events]);
  return ticks.map(({ share, tone }) => (
    <span key={share} className={clsx(classes.tick, classes[tone])} style={{ left: percent(share) }} />
  ));
}
