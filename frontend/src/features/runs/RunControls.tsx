import { Button, Modal } from '@mantine/core';
import type { RunControlAnswer, RunView } from '@rehearse/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, isPassing } from '../../api/index.js';
import { announce } from '../../ui/announcements.js';
import { ControlBar, type ControlAction } from '../../ui/ControlBar.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { useSession } from '../access/index.js';
import { runQuery } from './queries.js';
import { stateOf, whyNotOf } from './run-controls.js';
import classes from './RunControls.module.css';
import { isOver } from './run-opening.js';

/** Pause, resume and stop of a run that goes on: what is asked for, and when it has taken effect. */
export function RunControls({ run }: { run: RunView }) {
  const session = useSession();
  const control = useControl(run.id);
  const [isAsking, setIsAsking] = useState(false);
  const refusal = control.error && (
    <div className={classes.refusal}>
      <ErrorPanel error={control.error} onClose={control.reset} />
    </div>
  );
  useEffectsAloud(run);
  // A run that ended before it heard says so: the refusal stays to be read.
  if (isOver(run)) return refusal;
  const act = (action: ControlAction) =>
    action === 'stop' && run.live ? setIsAsking(true) : control.mutate(action);
  return (
    <>
      <ControlBar
        label="Control"
        state={stateOf(run)}
        whyNot={whyNotOf(run, session.status === 'signed-in' ? session.user.role : null)}
        sending={control.isPending ? control.variables : undefined}
        onAct={act}
      />
      {refusal}
      <StopDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onStop={() => {
          setIsAsking(false);
          control.mutate('stop');
        }}
      />
    </>
  );
}

function useControl(runId: string) {
  const client = useQueryClient();
  const { queryKey } = runQuery(runId);
  const { dataUpdatedAt } = useQuery(runQuery(runId));
  const control = useMutation({
    mutationFn: (action: ControlAction) =>
      api.post<RunControlAnswer>(`/user-testing/runs/${runId}/control`, { action }),
    onSuccess: ({ run }) => client.setQueryData(queryKey, run),
    // A refusal often means that the page is behind.
    onError: () => client.invalidateQueries({ queryKey }),
  });
  // A server that has answered since is silent no longer.
  const isPast = isPassing(control.error) && dataUpdatedAt > control.submittedAt;
  return { ...control, error: isPast ? null : control.error };
}

/** Says when what was asked for has taken effect, whoever asked. */
function useEffectsAloud({ status }: RunView): void {
  const before = useRef(status);
  useEffect(() => {
    if (status === 'paused' && before.current !== 'paused') announce('The run is paused');
    if (before.current === 'paused' && status !== 'paused' && !isOver({ status }))
      announce('The run goes on');
    before.current = status;
  }, [status]);
}

interface StopDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onStop: () => void;
}

/** Asked only where tools are live: what they have done is not undone. */
function StopDialog({ isOpen, onClose, onStop }: StopDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Stop the run?">
      <p className={classes.words}>
        Its tools are live. The call in flight is cut off, and may have had its effect all the same; what was
        done is not undone.
      </p>
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Let it go on
        </Button>
        <Button color="red" onClick={onStop}>
          Stop
        </Button>
      </div>
    </Modal>
  );
}
