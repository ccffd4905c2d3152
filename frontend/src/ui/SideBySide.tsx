import { JsonView } from './JsonView.js';
import classes from './SideBySide.module.css';

/** What was expected on the left, what came on the right; one below the other where it is narrow. */
export function SideBySide({ expected, actual }: { expected: unknown; actual: unknown }) {
  return (
    <div className={classes.pair}>
      <figure>
        <figcaption className={classes.expected}>Expected</figcaption>
        <JsonView value={expected} label="Expected" />
      </figure>
      <figure>
        <figcaption className={classes.actual}>Actual</figcaption>
        <JsonView value={actual} label="Actual" />
      </figure>
    </div>
  );
}
