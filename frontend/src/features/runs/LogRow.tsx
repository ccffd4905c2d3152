import { IconChevronRight } from '@tabler/icons-react';
import type { JournalEvent } from '@rehearse/contracts';
import { memo } from 'react';
import { clsx } from '../../ui/clsx.js';
import { CopyButton } from '../../ui/CopyButton.js';
import { Digest } from '../../ui/Digest.js';
import { absolute, clockTime, duration } from '../../ui/format.js';
import { JsonView } from '../../ui/JsonView.js';
import { describeEvent } from './event-text.js';
import classes from './LogRow.module.css';
import { ForkLink } from './replay/ForkLink.js';

interface LogRowProps {
  event: JournalEvent;
  row: number;
  top: number;
  measure: ((element: Element | null) => void) | undefined;
  startedAt: number;
  isOpen: boolean;
  isCurrent: boolean;
  onToggle: (seq: number) => void;
}

/** The colour of a type says what kind of thing happened; the word says it too. */
const familyOf = (type: string): string => type.split('.')[0] ?? type;

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { event, row, isOpen, isCurrent, measure, top, startedAt, onToggle } = props;
  const { tone, text } = describeEvent(event);
  return (
    <div
      ref={measure}
      data-index={row}
      id={`seq-${event.seq}`}
      role="row"
      aria-rowindex={row + 1}
      aria-selected={isCurrent}
      aria-expanded={isOpen}
      className={clsx(classes.row, classes[tone], isCurrent && classes.current)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div className={classes.line} role="presentation" onClick={() => onToggle(event.seq)}>
        <IconChevronRight size={13} className={clsx(classes.chevron, isOpen && classes.down)} aria-hidden />
        <span role="gridcell" className={classes.seq}>
          {event.seq}
        </span>
        <span role="gridcell" className={classes.time} title={absolute(event.at)}>
          {offset(event, startedAt)}
        </span>
        <span role="gridcell" className={clsx(classes.type, classes[`is-${familyOf(event.type)}`])}>
          {event.type}
          {event.attempt > 1 && <span className={classes.attempt}> ×{event.attempt}</span>}
        </span>
        <span role="gridcell" className={classes.key} title={event.key}>
          {event.key}
        </span>
        <span role="gridcell" className={classes.text}>
          {text}
        </span>
      </div>
      {isOpen && <EventDetails event={event} />}
    </div>
  );
});

const offset = (event: JournalEvent, startedAt: number): string =>
  `+${duration(Math.max(0, Date.parse(event.at) - startedAt))}`;

function EventDetails({ event }: { event: JournalEvent }) {
  const link = `${window.location.origin}/runs/${event.runId}#seq-${event.seq}`;
  return (
    <div className={classes.details} role="gridcell">
      <div className={classes.facts}>
        <span>
          key <code>{event.key}</code>
        </span>
        <span>
          lane <code>{event.lane}</code>
        </span>
        <span>{clockTime(event.at)}</span>
        <span className={classes.digest}>
          digest <Digest value={event.digest} />
        </span>
        <span className={classes.digest}>
          link to this line <CopyButton value={link} label="Copy the link to this line" />
        </span>
        <ForkLink runId={event.runId} at={event.seq} />
      </div>
      <JsonView value={event.data} label={`Payload of event ${event.seq}`} />
    </div>
  );
}
