import type { Role, RunView } from '@rehearse/contracts';
import type { WhyNot } from '../../ui/ControlBar.js';

type Controlled = Pick<RunView, 'status' | 'requested' | 'steps' | 'waitingFor' | 'wakeAt'>;

/** Why this person cannot control anything; nothing when they can. The server decides again. */
export function whyNobody(role: Role | null): string | undefined {
  if (role === null) return 'Sign in first.';
  if (role === 'Admin' || role === 'Operator') return undefined;
  return `Your role is ${role}; an Operator or an Admin controls runs.`;
}

/** Which actions a run does not take now, and why. */
export function whyNotOf({ status, requested }: Controlled, role: Role | null): WhyNot {
  const nobody = whyNobody(role);
  if (nobody !== undefined) return { pause: nobody, resume: nobody, stop: nobody };
  if (requested === 'stop') {
    const stopping = 'It is being stopped.';
    return { pause: stopping, resume: stopping, stop: stopping };
  }
  if (requested === 'pause') return { pause: 'A pause is asked for already.' };
  return status === 'paused' ? { pause: 'It is paused already.' } : { resume: 'It is not paused.' };
}

/** What is asked for, and what it waits for. */
export function stateOf({ status, requested, steps, waitingFor, wakeAt }: Controlled): string {
  const within = steps.filter((step) => step.status === 'running').map(({ key }) => key);
  const calls = within.length === 0 ? '' : ` in ${within.join(', ')}`;
  if (requested === 'stop') return `Stopping… the call in flight${calls} is cut off.`;
  if (requested === 'pause') return `Pausing… after the call in flight${calls}.`;
  switch (status) {
    case 'paused':
      return 'Paused. It holds no worker; nothing happens until it is resumed.';
    case 'waiting':
      if (waitingFor) return 'Waiting for a decision.';
      return wakeAt === undefined ? 'Waiting.' : 'Waiting for its time to come.';
    case 'queued':
      return 'Queued: it waits for a place.';
    default:
      return `Running${calls}.`;
  }
}
