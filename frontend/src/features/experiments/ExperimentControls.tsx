import { Button, NumberInput } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { ExperimentView } from '@rehearse/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/index.js';
import { announce } from '../../ui/announcements.js';
import { ControlBar, type ControlAction } from '../../ui/ControlBar.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { count } from '../../ui/format.js';
import { useSession } from '../access/index.js';
import { whyNobody } from '../runs/index.js';
import { stateOf, whyNotOf } from './experiment-controls.js';
import classes from './ExperimentPage.module.css';
import { experimentQuery } from './queries.js';

interface Order {
  action?: ControlAction;
  concurrency?: number;
}
interface Answer {
  experiment: ExperimentView;
}

/** Control of all runs of an experiment: pause, resume, stop, how many at once, and the errored ones anew. */
export function ExperimentControls({ experiment }: { experiment: ExperimentView }) {
  const { id, progress, status, concurrency } = experiment;
  const session = useSession();
  const control = useAnswer<Order>(id, (request) => api.post<Answer>(`/experiments/${id}/control`, request));
  const retry = useAnswer<void>(id, () => api.post<Answer>(`/experiments/${id}/retry-errored`));
  const nobody = whyNobody(session.status === 'signed-in' ? session.user.role : null);
  const isOpen = status !== 'finished';
  if (experiment.kind === 'import' || (!isOpen && progress.errored === 0)) return null;
  return (
    <>
      <ControlBar
        label="Control"
        state={stateOf(experiment)}
        whyNot={whyNotOf(experiment, nobody)}
        sending={control.isPending ? control.variables.action : undefined}
        onAct={(action) => control.mutate({ action })}
      >
        {isOpen && (
          <Concurrency
            key={concurrency}
            value={concurrency}
            isLocked={nobody !== undefined}
            onChange={(wanted) => control.mutate({ concurrency: wanted })}
          />
        )}
        {progress.errored > 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            disabled={nobody !== undefined}
            title={nobody ?? 'With the same inputs and seeds; the errored ones stay and count no longer'}
            loading={retry.isPending}
            onClick={() =>
              retry.mutate(undefined, { onSuccess: () => announce('The errored runs are made anew') })
            }
          >
            Retry {count(progress.errored)} errored
          </Button>
        )}
      </ControlBar>
      {[control.error, retry.error].map((error) => error && <ErrorPanel key={error.message} error={error} />)}
    </>
  );
}

/** What the experiment is after the call stands on the page at once. */
function useAnswer<T>(id: string, call: (request: T) => Promise<Answer>) {
  const client = useQueryClient();
  const { queryKey } = experimentQuery(id);
  return useMutation({
    mutationFn: call,
    onSuccess: ({ experiment }) => client.setQueryData(queryKey, experiment),
    // A refusal often means that the page is behind.
    onError: () => client.invalidateQueries({ queryKey }),
  });
}

const MOST = 64;

function Concurrency(props: { value: number; isLocked: boolean; onChange: (value: number) => void }) {
  const { value, isLocked, onChange } = props;
  const id = useId();
  const [draft, setDraft] = useState<number | string>(value);
  const send = () => {
    const wanted = Number(draft);
    if (Number.isInteger(wanted) && wanted >= 1 && wanted <= MOST && wanted !== value) onChange(wanted);
    else setDraft(value);
  };
  return (
    <div className={classes.atOnce}>
      <label htmlFor={id}>Runs at once</label>
      <NumberInput
        id={id}
        size="xs"
        w={72}
        min={1}
        max={MOST}
        allowDecimal={false}
        value={draft}
        disabled={isLocked}
        onChange={setDraft}
        onBlur={send}
        onKeyDown={(event) => event.key === 'Enter' && send()}
      />
    </div>
  );
}
