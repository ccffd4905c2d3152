import type { HumanOutcome, Ports } from '@rehearse/engine';

interface PeopleOptions {
  /** What had been decided when the drive began, by key. */
  decisions: ReadonlyMap<string, HumanOutcome>;
  /** What has been decided by now. */
  decided: () => Promise<ReadonlyMap<string, HumanOutcome>>;
  /** Calls the listener whenever somebody decides, until the returned function is called. */
  follow: (listener: () => void) => () => void;
}

/** Asks people: who has decided is heard at once, who decides is heard for as long as the run is driven. */
export const people = ({ decisions, decided, follow }: PeopleOptions): Ports['human'] => ({
  ask(_, { key, signal }) {
    const known = decisions.get(key);
    if (known) return known;
    return new Promise((resolve, reject) => {
      const settle = (outcome: HumanOutcome | null) => {
        unfollow();
        signal.removeEventListener('abort', leave);
        resolve(outcome);
      };
      const leave = () => settle(null);
      const unfollow = follow(() => {
        decided().then((made) => made.has(key) && settle(made.get(key)!), reject);
      });
      signal.addEventListener('abort', leave);
    });
  },
});
