import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import note from '../../ui/note.module.css';
import { RelativeTime } from '../../ui/RelativeTime.js';
import type { Draft } from './drafts.js';
import classes from './RestoredDraft.module.css';

interface RestoredDraftProps {
  draft: Draft;
  /** The version that is shown; another one may have come since the draft was begun. */
  version?: number;
  onDiscard: () => void;
}

/** Says that the text is one that was written before and not saved. */
export function RestoredDraft({ draft, version, onDiscard }: RestoredDraftProps) {
  return (
    <div className={note.note} role="status">
      <IconHistory size={16} aria-hidden />
      <p className={classes.words}>
        What you wrote <RelativeTime at={draft.at} /> and did not save is here again. This browser keeps it
        until it is saved or discarded.
        {draft.version !== undefined && draft.version !== version && (
          <> It was begun on version {draft.version}.</>
        )}
      </p>
      <Button variant="default" onClick={onDiscard}>
        Discard the draft
      </Button>
    </div>
  );
}
