import type { HumanOutcome, Ports } from '@rehearse/engine';

/** How long nothing else has to go on before a run that asks is put down: the engine may be about to go on. */
const QUIET_MS = 50;

interface PeopleOptions {
  ports: Ports;
  /** What has been decided so far, by key. */
  decided: () => Promise<ReadonlyMap<string, HumanOutcome>>;
  /** Calls the listener whenever somebody decides, until the returned function is called. */
  follow: (listener: () => void) => () => void;
}

interface People {
  ports: Ports;
  /** What the run was given so far: what came later has to be given to it in another drive. */
  given: ReadonlySet<string>;
}

/** Ports that ask people: a question is open while anything else of the run goes on, then nobody answers and the run waits. */
export function withPeople({ ports, decided, follow }: PeopleOptions): People {
  const given = new Set<string>();
  const quiet = new Set<() => void>();
  let busy = 0;
  let timer: NodeJS.Timeout | undefined;
  const rest = () => {
    clearTimeout(timer);
    if (busy > 0) return;
    timer = setTimeout(() => {
      for (const leave of quiet) leave();
    }, QUIET_MS);
  };
  const during = async <T>(work: Promise<T>): Promise<T> => {
    busy += 1;
    try {
      return await work;
    } finally {
      busy -= 1;
      rest();
    }
  };
  const known = async (key: string): Promise<HumanOutcome | null> => {
    const outcome = (await decided()).get(key) ?? null;
    if (outcome) given.add(key);
    return outcome;
  };
  const ask: Ports['human']['ask'] = (_, { key, signal }) =>
    new Promise((resolve, reject) => {
      const leave = () => settle(null);
      const look = () => {
        known(key).then((outcome) => outcome && settle(outcome), reject);
      };
      const unfollow = follow(look);
      const settle = (outcome: HumanOutcome | null) => {
        unfollow();
        quiet.delete(leave);
        signal.removeEventListener('abort', leave);
        resolve(outcome);
      };
      quiet.add(leave);
      signal.addEventListener('abort', leave);
      during(known(key)).then((outcome) => outcome && settle(outcome), reject);
    });
  const { clock, model, tool } = ports;
  return {
    given,
    ports: {
      ...ports,
      clock: { now: () => clock.now(), sleep: (...of) => during(clock.sleep(...of)) },
      model: { ...model, call: (...of) => during(model.call(...of)) },
      tool: { ...tool, call: (...of) => during(tool.call(...of)) },
      human: { ask },
    },
  };
}
