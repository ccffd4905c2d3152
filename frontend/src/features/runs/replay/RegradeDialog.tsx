import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconScale } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useCan } from '../../access/index.js';
import { Dialog } from '../../../ui/Dialog.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import classes from './Dialogs.module.css';
import { readRegrade, type RegradeDraft } from './regrade-draft.js';
import type { Replay } from './ReplayPanel.js';

const HINTS = {
  assert: '[{"type": "icontains", "value": "refund"}]',
  contracts: '[{"id": "no-delete", "never": "tool == \\"delete\\""}]',
};

/** What was recorded is judged again, by other checks if some are given. */
export function RegradeDialog({ replay, onClose }: { replay: Replay; onClose: () => void }) {
  const [draft, setDraft] = useState<RegradeDraft>({ assert: '', contracts: '', judges: 'held' });
  const [isTried, setTried] = useState(false);
  const mayAsk = useCan('write');
  const isNarrow = useMediaQuery('(max-width: 640px)');
  const read = readRegrade(draft);
  const problems = !read.ok && isTried ? read.problems : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.ok) replay.mutate(read.request, { onSuccess: onClose });
  };
  return (
    <Dialog onClose={onClose} title="Regrade" size={680}>
      <p className={classes.words}>
        The nodes do what they did, from the tape. Only the checks are made anew; no run is made.
      </p>
      <form className={classes.form} onSubmit={submit} aria-label="Regrade">
        {(['assert', 'contracts'] as const).map((name) => (
          <Textarea
            key={name}
            label={name === 'assert' ? 'Assertions, as JSON' : 'Contracts, as JSON'}
            description="Empty: those of the graph"
            placeholder={HINTS[name]}
            autosize
            minRows={3}
            maxRows={12}
            value={draft[name]}
            error={problems[name]}
            classNames={{ input: classes.code! }}
            onChange={({ currentTarget }) => setDraft({ ...draft, [name]: currentTarget.value })}
          />
        ))}
        <div>
          <h3 className={classes.label}>Judges</h3>
          <SegmentedControl
            aria-label="Judges"
            orientation={isNarrow ? 'vertical' : 'horizontal'}
            value={draft.judges}
            onChange={(judges) => setDraft({ ...draft, judges })}
            data={[
              { value: 'held', label: 'Held: say what they said' },
              { value: 'live', label: 'Live: are asked, and cost', disabled: !mayAsk },
            ]}
          />
        </div>
        {replay.error && <ErrorPanel error={replay.error} />}
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" leftSection={<IconScale size={15} />} loading={replay.isPending}>
            Regrade
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
