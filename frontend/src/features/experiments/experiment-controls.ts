import type { ExperimentView } from '@rehearse/contracts';
import type { WhyNot } from '../../ui/ControlBar.js';

type Controlled = Pick<ExperimentView, 'status' | 'progress'>;

const open = ({ progress }: Controlled) => progress.total - progress.finished;

/** Which actions an experiment does not take now, and why; `nobody` says why this person may take none. */
export function whyNotOf(experiment: Controlled, nobody: string | undefined): WhyNot {
  const none = nobody ?? (experiment.status === 'finished' ? 'All its runs have ended.' : undefined);
  if (none !== undefined) return { pause: none, resume: none, stop: none };
  return {
    ...(experiment.status === 'paused' && { pause: 'It is paused already.' }),
    ...(experiment.progress.paused === 0 && { resume: 'None of its runs is paused.' }),
  };
}

export function stateOf(experiment: Controlled): string {
  const { status, progress } = experiment;
  if (status === 'finished') return 'All its runs have ended.';
  if (status === 'paused') return `Paused: ${open(experiment)} runs wait to be resumed.`;
  const going = open(experiment) - progress.paused;
  const paused = progress.paused > 0 ? `, ${progress.paused} are paused` : '';
  return `${going} of its runs ${going === 1 ? 'goes' : 'go'} on or ${going === 1 ? 'waits' : 'wait'}${paused}.`;
}
