import { Button, TextInput } from '@mantine/core';
import { IconPin } from '@tabler/icons-react';
import type { BaselineView, ExperimentView } from '@rehearse/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api } from '../../api/index.js';
import { announce } from '../../ui/announcements.js';
import { Dialog } from '../../ui/Dialog.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { useCan } from '../access/index.js';
import classes from './Comparison.module.css';
import { baselinesQuery } from './queries.js';

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** Gives the experiment a name that stands for it when others are compared with it. */
export function PinBaseline({ experiment }: { experiment: ExperimentView }) {
  const [isOpen, setOpen] = useState(false);
  const mayWrite = useCan('write');
  const why =
    experiment.status === 'finished'
      ? mayWrite
        ? undefined
        : 'Operators and Admins pin baselines'
      : 'When all its runs have ended';
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPin size={15} />}
        disabled={why !== undefined}
        title={why ?? 'A name that others are compared with'}
        onClick={() => setOpen(true)}
      >
        Pin as baseline
      </Button>
      {isOpen && <PinDialog experiment={experiment} onClose={() => setOpen(false)} />}
    </>
  );
}

function PinDialog({ experiment, onClose }: { experiment: ExperimentView; onClose: () => void }) {
  const { id, graph } = experiment;
  const client = useQueryClient();
  const pins = useQuery(baselinesQuery(graph)).data?.items ?? [];
  const [name, setName] = useState('main');
  const pin = useMutation({
    mutationFn: () => api.post<{ baseline: BaselineView }>(`/experiments/${id}/baseline`, { name }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: baselinesQuery(graph).queryKey });
      announce(`Pinned as ${name}`, 'good');
      onClose();
    },
  });
  const isName = NAME.test(name);
  const before = pins.find((one) => one.name === name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isName) pin.mutate();
  };
  return (
    <Dialog onClose={onClose} title="Pin as baseline">
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label="Name"
          description={`One within ${graph}; retention keeps the runs of what is pinned`}
          value={name}
          error={isName ? undefined : 'Small letters, digits and -, at most 63, beginning with a letter'}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          data-autofocus
        />
        {before && before.experiment.id !== id && (
          <p>
            {name} is <strong>{before.experiment.label}</strong> now, and moves to this experiment.
          </p>
        )}
        {pin.error && <ErrorPanel error={pin.error} />}
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            leftSection={<IconPin size={15} />}
            disabled={!isName}
            loading={pin.isPending}
          >
            Pin
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
