import type { UIEvent } from 'react';
import { JsonView } from './JsonView.js';
import classes from './SideBySide.module.css';

interface SideBySideProps {
  expected: unknown;
  actual: unknown;
  /** What the sides are called. */
  names?: readonly [string, string];
}

/** What was expected on the left, what came on the right; one below the other where it is narrow. Both scroll together. */
export function SideBySide({ expected, actual, names = ['Expected', 'Actual'] }: SideBySideProps) {
  const [left, right] = names;
  return (
    <div className={classes.pair} onScrollCapture={scrollTogether}>
      <figure>
        <figcaption className={classes.expected}>{left}</figcaption>
        <JsonView value={ordered(expected)} label={left} />
      </figure>
      <figure>
        <figcaption className={classes.actual}>{right}</figcaption>
        <JsonView value={ordered(actual)} label={right} />
      </figure>
    </div>
  );
}

function scrollTogether({ target, currentTarget }: UIEvent<HTMLElement>): void {
  if (!(target instanceof HTMLElement)) return;
  for (const other of currentTarget.querySelectorAll<HTMLElement>('pre'))
    if (other !== target && other.scrollTop !== target.scrollTop) other.scrollTop = target.scrollTop;
}

/** The same keys in the same places on both sides, so that the eye finds what differs. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, ordered(member)]));
}
