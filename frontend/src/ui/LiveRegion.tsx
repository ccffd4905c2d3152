import { useSyncExternalStore } from 'react';
import { announcements } from './announcements.js';
import { clsx } from './clsx.js';
import classes from './LiveRegion.module.css';

export function LiveRegion() {
  const said = useSyncExternalStore(announcements.subscribe, announcements.list);
  return (
    <div className={classes.region} role="status" aria-live="polite">
      {said.map((announcement) => (
        <div key={announcement.id} className={clsx(classes.toast, classes[announcement.tone])}>
          {announcement.text}
        </div>
      ))}
    </div>
  );
}
