import { ActionIcon, Button } from '@mantine/core';
import { IconCircleCheck, IconGitCompare, IconPlayerTrackPrev, IconX } from '@tabler/icons-react';
import type { ExperimentControlAnswer, ExperimentReplay, ExperimentView } from '@rehearse/contracts';
import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/index.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { plural } from '../../ui/format.js';
import { useCan } from '../access/index.js';
import classes from './Comparison.module.css';

type Replaying = UseMutationResult<ExperimentControlAnswer, Error, void>;

export const useReplayRuns = (id: string): Replaying =>
  useMutation({
    mutationFn: () => api.post<ExperimentControlAnswer>(`/experiments/${id}/control`, { action: 'replay' }),
  });

/** Replays all runs that have finished, strictly and with no call. */
export function ReplayRuns({ experiment, replaying }: { experiment: ExperimentView; replaying: Replaying }) {
  const { finished, canceled } = experiment.progress;
  const mayWrite = useCan('write');
  const nobody = mayWrite ? undefined : 'Operators and Admins replay experiments';
  const why = finished > canceled ? nobody : 'When a run of it has finished';
  return (
    <Button
      variant="default"
      leftSection={<IconPlayerTrackPrev size={15} />}
      disabled={why !== undefined}
      title={why ?? 'Every journal is executed again, with no call leaving'}
      loading={replaying.isPending}
      onClick={() => replaying.mutate()}
    >
      Replay
    </Button>
  );
}

export function ReplayOutcome({ replaying }: { replaying: Replaying }) {
  if (replaying.error) return <ErrorPanel error={replaying.error} />;
  const replay = replaying.data?.replay;
  return replay ? <Outcome replay={replay} onClear={replaying.reset} /> : null;
}

function Outcome({ replay, onClear }: { replay: ExperimentReplay; onClear: () => void }) {
  const { runs, identical, diverged } = replay;
  const isSame = identical === runs;
  const Mark = isSame ? IconCircleCheck : IconGitCompare;
  const others = runs - identical - diverged.length;
  return (
    <section className={`${classes.strip} ${isSame ? classes.good : classes.bad}`} aria-label="Replay">
      <div className={classes.head}>
        <Mark size={20} className={classes.icon} aria-hidden />
        <div className={classes.words} role="status">
          <strong>
            {isSame
              ? `${plural(runs, 'run')} replayed: identical`
              : `${runs - identical} of ${plural(runs, 'run')} came out differently`}
          </strong>
          {isSame && <p>Each came out the same, event by event, with no call leaving.</p>}
          {diverged.map(({ run, divergence }) => (
            <p key={run.id}>
              <Link to="/runs/$id" params={{ id: run.id }}>
                {run.id.slice(-8)}
              </Link>{' '}
              {divergence?.message}
            </p>
          ))}
          {others > 0 && <p>and {others} more</p>}
        </div>
        <ActionIcon aria-label="Close the replay" onClick={onClear}>
          <IconX size={15} />
        </ActionIcon>
      </div>
    </section>
  );
}
