/** The places where a process can be made to die, in the order in which a run passes them. */
export type Failpoint =
  | 'run.after_store'
  | 'lease.after_register'
  | 'claim.before'
  | 'claim.after'
  | 'drive.begin'
  | 'journal.before_append'
  | 'journal.in_append'
  | 'journal.after_append'
  | 'park.before'
  | 'park.after'
  | 'control.before_ack'
  | 'control.after_ack';

type Hit = (name: Failpoint) => void;

/**
 * Dies here when `FAILPOINT=<name>:kill` says so, or at the n-th time with `<name>:kill:<n>`; `error` throws instead. Tests
 * use it to show that nothing is lost at any of these places; without the variable, and in production, it is an empty
 * function.
 */
export const failpoint: Hit = armed(process.env['FAILPOINT'], process.env['NODE_ENV']) ?? (() => undefined);

function armed(asked: string | undefined, environment: string | undefined): Hit | null {
  if (!asked || environment === 'production') return null;
  const [wanted, action, nth = '1'] = asked.split(':');
  let left = Number(nth);
  return (name) => {
    if (name !== wanted || --left > 0) return;
    if (action === 'error') throw new Error(`the failpoint ${name}`);
    process.kill(process.pid, 'SIGKILL');
  };
}
