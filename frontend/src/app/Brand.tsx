import classes from './Brand.module.css';

/** The mark: a line that turns back to where it began, as a replay does. */
export function Brand({ size = 24 }: { size?: number }) {
  return (
    <span className={classes.brand}>
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" className={classes.ground} />
        <path d="M9 10.5h9.2a4.8 4.8 0 0 1 0 9.6H13" className={classes.line} />
        <path d="m15.8 16.4-3.8 3.7 3.8 3.7" className={classes.tip} />
        <circle cx="9.4" cy="20.1" r="1.7" className={classes.dot} />
      </svg>
      <span className={classes.name}>Rehearse</span>
    </span>
  );
}
