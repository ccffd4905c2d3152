import { useState, useSyncExternalStore } from 'react';
import { Dialog } from '../ui/Dialog.js';
import { hotkeys } from '../ui/hotkeys.js';
import classes from './KeyList.module.css';

/** The keys that do something on the page below, as it stood when they were asked for. */
export function KeyList({ onClose }: { onClose: () => void }) {
  const listed = useSyncExternalStore(hotkeys.subscribe, hotkeys.listed);
  const [areOn] = useState(hotkeys.areOn);
  const keys = [...new Map(listed.map(({ key, says }) => [key, says]))];
  return (
    <Dialog onClose={onClose} title="Keys of this page">
      <dl className={classes.keys}>
        {keys.map(([key, says]) => (
          <div key={key} className={classes.row}>
            <dt>
              {key.split(' ').map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.note}>
        {areOn
          ? 'Single keys can be switched off in the menu of the account.'
          : 'Single keys are switched off in the menu of the account.'}
      </p>
    </Dialog>
  );
}
