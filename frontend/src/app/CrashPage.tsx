import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ErrorPanel } from '../ui/ErrorPanel.js';
import classes from './CrashPage.module.css';

/** What is shown where a page broke or its data could not be had at all. */
export function CrashPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className={classes.page}>
      <ErrorPanel error={error} onRetry={retry} />
    </div>
  );
}
