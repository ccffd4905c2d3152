import { CopyButton } from './CopyButton.js';
import classes from './CommandLine.module.css';

/** A command to type, with a button that copies it. */
export function CommandLine({ children }: { children: string }) {
  return (
    <span className={classes.line}>
      <span aria-hidden className={classes.prompt}>
        $
      </span>
      <code className={classes.command}>{children}</code>
      <CopyButton value={children} label="Copy the command" />
    </span>
  );
}
