import { IconArrowDown, IconPlayerPlayFilled } from '@tabler/icons-react';
import { count } from '../../ui/format.js';
import classes from './PausedPill.module.css';

/** A log that stands still must not look like a run that does. */
export function PausedPill({ fresh, onResume }: { fresh: number; onResume: () => void }) {
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
