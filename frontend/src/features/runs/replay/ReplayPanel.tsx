import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReplayAnswer, ReplayRequest } from '@rehearse/contracts';
import type { UseMutationResult } from '@tanstack/react-query';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { CompareReport } from './CompareReport.js';
import { RegradeReport } from './RegradeReport.js';
import classes from './ReplayPanel.module.css';
import { StrictReport } from './StrictReport.js';

export type Replay = UseMutationResult<ReplayAnswer, Error, ReplayRequest>;

/** What the last replay of this run said. Forks and faults are told on the page of the run that they make. */
export function ReplayPanel({ replay, isCovered }: { replay: Replay; isCovered: boolean }) {
  if (replay.error) {
    // A dialog that is open tells it itself.
    if (isCovered) return null;
    return (
      <div className={classes.space}>
        <ErrorPanel error={replay.error} onRetry={() => replay.mutate(replay.variables)} />
      </div>
    );
  }
  if (!replay.data) return null;
  const close = (
    <ActionIcon aria-label="Close the replay" onClick={() => replay.reset()}>
      <IconX size={15} />
    </ActionIcon>
  );
  const answer = replay.data;
  switch (answer.mode) {
    case 'regrade':
      return <RegradeReport answer={answer}>{close}</RegradeReport>;
    case 'compare':
      return <CompareReport answer={answer}>{close}</CompareReport>;
    default:
      return <StrictReport answer={answer}>{close}</StrictReport>;
  }
}
