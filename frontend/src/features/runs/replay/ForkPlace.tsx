import { NumberInput } from '@mantine/core';
import type { JournalEvent, RunView } from '@rehearse/contracts';
import { useState } from 'react';
import { count } from '../../../ui/format.js';
import { describeEvent } from '../event-text.js';
import classes from './Dialogs.module.css';

interface ForkPlaceProps {
  run: RunView;
  events: readonly JournalEvent[];
  at: number;
  onMove: (at: number) => void;
}

/** Where the fork begins, by its number, and what happened there. */
export function ForkPlace({ run, events, at, onMove }: ForkPlaceProps) {
  // The end of a run is nothing that something could come behind.
  const last = Math.max(1, run.lastSeq - 1);
  const [draft, setDraft] = useState<number | string>(at);
  const [shown, setShown] = useState(at);
  if (shown !== at) {
    setShown(at);
    setDraft(at);
  }
  const commit = () => {
    if (typeof draft === 'number' && draft >= 1 && draft !== at) onMove(Math.min(draft, last));
  };
  const event = events[at - 1];
  return (
    <div className={classes.place}>
      <NumberInput
        label="From seq"
        size="xs"
        w={96}
        min={1}
        max={last}
        allowDecimal={false}
        allowNegative={false}
        value={draft}
        onChange={setDraft}
        onBlur={commit}
        onKeyDown={({ key }) => key === 'Enter' && commit()}
      />
      <p className={classes.event}>
        <code>{event?.key}</code> {event?.type}
        <span className={classes.note}>
          {event ? describeEvent(event).text : `The run has ${count(run.lastSeq)} events.`}
        </span>
      </p>
    </div>
  );
}
