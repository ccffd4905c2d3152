import { JsonView } from './JsonView.js';
import classes from './SideBySide.module.css';

/** What was expected on the left, what came on the right; one below the other where it is narrow. */
export function SideBySide({ expected, actual }: { expected: unknown; actual: unknown }) {
  return (
    <div className={classes.pair}>
      <figure>
        <figcaption className={classes.expected}>Expected</figcaption>
        <JsonView value={ordered(expected)} label="Expected" />
      </figure>
      <figure>
        <figcaption className={classes.actual}>Actual</figcaption>
        <JsonView value={ordered(actual)} label="Actual" />
      </figure>
    </div>
  );
}

/** The same keys in the same places on both sides, so that the eye finds what differs. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, ordered(member)]));
}
