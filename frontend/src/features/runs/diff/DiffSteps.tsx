import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconFilterOff } from '@tabler/icons-react';
import type { RunDiff, RunDiffStep } from '@rehearse/contracts';
import { memo, useMemo, useRef } from 'react';
import { clsx } from '../../../ui/clsx.js';
import { EmptyState } from '../../../ui/EmptyState.js';
import { count, shortId } from '../../../ui/format.js';
import { SearchField } from '../../../ui/SearchField.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { useHotkey } from '../../../ui/useHotkey.js';
import { useLogList } from '../useLogList.js';
import { CHANGES, NOT_IN_BOTH } from './diff-looks.js';
import { markOf, type Marks } from './diff-matrix.js';
import { attemptOf, nextDifference, placeOf, rowsOf } from './diff-rows.js';
import classes from './DiffSteps.module.css';
import type { DiffSearch } from './search.js';

const ROW_HEIGHT = { wide: 34, narrow: 52 };

interface DiffStepsProps {
  diff: RunDiff;
  /** The other runs against the same baseline, and how its steps turned out in them. */
  others: readonly { runId: string; marks: Marks }[];
  search: DiffSearch;
  /** The index of the step that is looked at; -1 where there is none. */
  selected: number;
  onChange: (change: Partial<DiffSearch>) => void;
}

/** The steps of both runs in one list, of which only what is in view is drawn. */
export function DiffSteps({ diff, others, search, selected, onChange }: DiffStepsProps) {
  const { steps } = diff;
  const { only, q } = search;
  const box = useRef<HTMLInputElement>(null);
  const isNarrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });
  const rows = useMemo(() => rowsOf(steps, { only, q }), [steps, only, q]);
  const current = useMemo(() => rows.indexOf(selected), [rows, selected]);
  const select = (row: number) => {
    const step = steps[rows[row] ?? -1];
    if (step) onChange(placeOf(step));
  };
  const { scroller, items, height, show, handlers } = useLogList({
    rowCount: rows.length,
    rowHeight: isNarrow ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide,
    // The list counts from 1, as a log does.
    seq: selected < 0 ? undefined : selected + 1,
    rowOf: (seq) => rows.indexOf(seq - 1),
    isFollowing: false,
    onPause: () => undefined,
    onMove: select,
    onToggle: select,
  });
  const isDrawn = current >= 0 && items.some(({ index }) => index === current);
  const go = (by: 1 | -1) => {
    const row = nextDifference(steps, { rows, from: current, by });
    if (row === undefined) return;
    show(row);
    select(row);
  };
  useHotkey('n', { says: 'Next difference', act: () => go(1) });
  useHotkey('N', { says: 'Previous difference', act: () => go(-1) });
  useHotkey('/', { says: 'Search the steps', act: () => box.current?.focus() });
  return (
    <section className={classes.panel} aria-label="Steps of both runs">
      <div className={classes.bar}>
        <SearchField
          value={q ?? ''}
          onSearch={(text) => onChange({ q: text || undefined })}
          label="Search the steps"
          placeholder="Search  ( / )"
          inputRef={box}
          className={classes.search}
        />
        <SegmentedControl
          size="xs"
          aria-label="Steps to show"
          value={only ?? 'all'}
          onChange={(value) => onChange({ only: value === 'changed' ? 'changed' : undefined })}
          data={[
            { value: 'all', label: 'All' },
            { value: 'changed', label: 'Differences' },
          ]}
        />
        <span className={classes.count}>
          {rows.length === steps.length
            ? `${count(steps.length)} steps`
            : `${count(rows.length)} of ${count(steps.length)}`}
        </span>
        <span className={classes.go}>
          <GoButton by={-1} onGo={go} />
          <GoButton by={1} onGo={go} />
        </span>
      </div>
      <div
        ref={scroller}
        className={classes.scroller}
        role={rows.length === 0 ? undefined : 'listbox'}
        aria-label={rows.length === 0 ? undefined : 'Steps'}
        // A row that is scrolled away is not there to be named.
        aria-activedescendant={isDrawn ? `step-${selected}` : undefined}
        tabIndex={0}
        {...handlers}
      >
        {rows.length === 0 ? (
          <EmptyState
            icon={IconFilterOff}
            title={only === 'changed' && !q ? 'No step differs' : 'No step fits'}
          />
        ) : (
          <div className={classes.lines} role="presentation" style={{ height }}>
            {items.map((item) => {
              const index = rows[item.index] ?? -1;
              const step = steps[index];
              return (
                step && (
                  <Row
                    key={index}
                    step={step}
                    index={index}
                    place={{ row: item.index, of: rows.length, top: item.start }}
                    isCurrent={index === selected}
                    others={others.map(({ runId, marks }) => ({ runId, change: markOf(marks, step) }))}
                    onSelect={onChange}
                  />
                )
              );
            })}
          </div>
        )}
      </div>
    </section>
  );
}

function GoButton({ by, onGo }: { by: 1 | -1; onGo: (by: 1 | -1) => void }) {
  const [words, key] = by === 1 ? ['Next difference', 'n'] : ['Previous difference', 'N'];
  return (
    <Tooltip label={`${words} (${key})`}>
      <ActionIcon variant="default" aria-label={words} onClick={() => onGo(by)}>
        {by === 1 ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}

interface RowProps {
  step: RunDiffStep;
  index: number;
  place: { row: number; of: number; top: number };
  isCurrent: boolean;
  others: readonly { runId: string; change: RunDiffStep['change'] | undefined }[];
  onSelect: (change: Partial<DiffSearch>) => void;
}

const isSame = (one: RowProps, other: RowProps): boolean =>
  one.step === other.step &&
  one.isCurrent === other.isCurrent &&
  one.place.top === other.place.top &&
  one.place.of === other.place.of &&
  one.others.length === other.others.length &&
  one.others.every(({ change }, index) => change === other.others[index]?.change);

const Row = memo(function Row({ step, index, place, isCurrent, others, onSelect }: RowProps) {
  const { a, b } = step;
  const side = b ?? a;
  const attempt = attemptOf(step);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the focus and the keys
    <div
      id={`step-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={isCurrent}
      aria-setsize={place.of}
      aria-posinset={place.row + 1}
      className={clsx(classes.row, classes[step.change], isCurrent && classes.current)}
      style={{ transform: `translateY(${place.top}px)`, ['--others' as string]: others.length }}
      onClick={() => onSelect(placeOf(step))}
    >
      <span className={classes.change}>
        <StatusBadge look={CHANGES[step.change]} />
        {others.map(({ runId, change }) => (
          <span key={runId} title={shortId(runId)}>
            <StatusBadge look={change ? CHANGES[change] : NOT_IN_BOTH} compact />
          </span>
        ))}
      </span>
      <span className={classes.key} title={step.key}>
        {step.key}
        {attempt > 1 && <span className={classes.quiet}> attempt {attempt}</span>}
        {a && b && a.key !== b.key && <span className={classes.quiet}> was {a.key}</span>}
      </span>
      <span className={classes.kind}>
        {side?.type === 'run' ? `run ${side.label}` : `${side?.type} ${side?.label}`}
        {step.masked !== undefined && <span className={classes.quiet}> · {step.masked} masked</span>}
      </span>
    </div>
  );
}, isSame);
