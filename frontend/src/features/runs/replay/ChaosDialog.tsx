import { Button, Select, TextInput } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import type { ChaosFault, RunView } from '@rehearse/contracts';
import { useMemo, useState, type FormEvent } from 'react';
import { Dialog } from '../../../ui/Dialog.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import type { RunFeed } from '../run-feed.js';
import { useFeed } from '../useRunFeed.js';
import {
  callAt,
  callsIn,
  FAULT_FIELDS,
  FAULTS,
  fieldsOf,
  readFault,
  type Call,
  type FaultDraft,
} from './chaos-draft.js';
import classes from './Dialogs.module.css';
import { useMadeRun } from './useMadeRun.js';

interface ChaosDialogProps {
  run: RunView;
  feed: RunFeed;
  at: number | undefined;
  onClose: () => void;
}

/** One call of the recorded run gets a fault; what comes of it is a run of its own. */
export function ChaosDialog({ run, feed, at, onClose }: ChaosDialogProps) {
  const snapshot = useFeed(feed);
  const { events } = snapshot;
  // The array grows in place; a new snapshot says when to look again.
  const calls = useMemo(() => callsIn(snapshot.events), [snapshot]);
  const [chosen, setChosen] = useState<number | undefined>();
  const seq = chosen ?? callAt(events, at);
  const call = calls.find((one) => one.seq === seq);
  return (
    <Dialog onClose={onClose} title="Chaos on a recorded call" size={680}>
      <p className={classes.words}>
        What came before the call is taken over. Behind it the tape answers what is asked in the same words;
        all else is had anew, as in a fork.
      </p>
      <ChaosForm run={run} calls={calls} call={call} onCall={setChosen} onClose={onClose} />
    </Dialog>
  );
}

interface ChaosFormProps {
  run: RunView;
  calls: Call[];
  call: Call | undefined;
  onCall: (seq: number) => void;
  onClose: () => void;
}

function ChaosForm({ run, calls, call, onCall, onClose }: ChaosFormProps) {
  const [fault, setFault] = useState<ChaosFault>('error');
  const [draft, setDraft] = useState<FaultDraft>({});
  const [isTried, setTried] = useState(false);
  const chaos = useMadeRun(run.id);
  const read = readFault(fault, draft);
  const problems = !read.ok && isTried ? read.problems : {};
  const faults = Object.entries(FAULTS).filter(([, { only }]) => only === undefined || only === call?.kind);
  const isFitting = faults.some(([name]) => name === fault);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.ok && call && isFitting)
      chaos.mutate({ mode: 'chaos', at: { seq: call.seq }, fault: read.fault });
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Chaos">
      <Select
        label="Call"
        searchable
        data={calls.map(({ seq, words }) => ({ value: String(seq), label: words }))}
        value={call ? String(call.seq) : null}
        error={calls.length === 0 ? 'The run called no model and no tool' : undefined}
        allowDeselect={false}
        limit={200}
        onChange={(value) => value && onCall(Number(value))}
      />
      <Select
        label="Fault"
        description={FAULTS[fault].says}
        data={faults.map(([name]) => name)}
        value={isFitting ? fault : null}
        error={isFitting ? undefined : `${fault} cannot be done to such a call`}
        allowDeselect={false}
        onChange={(value) => value && setFault(value as ChaosFault)}
      />
      <div className={classes.fields}>
        {fieldsOf(fault).map((field) => (
          <TextInput
            key={field}
            label={FAULT_FIELDS[field].label}
            placeholder={FAULT_FIELDS[field].hint}
            withAsterisk={FAULTS[fault].needs?.includes(field) ?? false}
            value={draft[field] ?? ''}
            error={problems[field]}
            onChange={({ currentTarget }) => setDraft({ ...draft, [field]: currentTarget.value })}
          />
        ))}
      </div>
      {chaos.error && <ErrorPanel error={chaos.error} />}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" leftSection={<IconBolt size={15} />} loading={chaos.isPending}>
          Start under this fault
        </Button>
      </div>
    </form>
  );
}
