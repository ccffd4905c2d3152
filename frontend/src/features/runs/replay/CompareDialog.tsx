import { Button, Select } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { versionsQuery } from '../../graphs/index.js';
import { Dialog } from '../../../ui/Dialog.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import classes from './Dialogs.module.css';
import type { Replay } from './ReplayPanel.js';

interface CompareDialogProps {
  run: RunView;
  replay: Replay;
  onClose: () => void;
}

/** Another version of the graph goes through the tape: which of its requests are others? */
export function CompareDialog({ run, replay, onClose }: CompareDialogProps) {
  const versions = useQuery(versionsQuery(run.graph));
  const others = (versions.data?.items ?? []).filter(({ version }) => version !== run.graphVersion);
  const isOnly = versions.data !== undefined && others.length === 0;
  const [chosen, setChosen] = useState<string | null>(null);
  const version = chosen ?? (others[0] ? String(others[0].version) : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (version !== null)
      replay.mutate({ mode: 'compare', graphVersion: Number(version) }, { onSuccess: onClose });
  };
  return (
    <Dialog onClose={onClose} title="Compare with another version" size={560}>
      <p className={classes.words}>
        The version is run against the tape, with no call leaving, and each request is told: same, changed,
        added, removed or moved. No run is made.
      </p>
      <form className={classes.form} onSubmit={submit} aria-label="Compare with another version">
        <Select
          label={`Version of ${run.graph}`}
          description={
            isOnly
              ? `The run is of v${run.graphVersion}, and the graph has no other version: upload one to compare it with.`
              : `The run is of v${run.graphVersion}`
          }
          data={others.map((one) => ({ value: String(one.version), label: `v${one.version}` }))}
          value={version}
          allowDeselect={false}
          disabled={others.length === 0}
          onChange={setChosen}
        />
        {(versions.error ?? replay.error) && <ErrorPanel error={versions.error ?? replay.error} />}
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            leftSection={<IconGitCompare size={15} />}
            disabled={version === null}
            loading={replay.isPending}
          >
            Compare
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
