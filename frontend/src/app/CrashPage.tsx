import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ErrorPanel } from '../ui/ErrorPanel.js';
import classes from './CrashPage.module.css';
import { OutdatedStudio, reloadOnce } from './page-code.js';

/** What is shown where a page broke or its code or data could not be had at all. */
export function CrashPage({ error }: ErrorComponentProps) {
  const router = useRouter();
  useEffect(() => {
    if (error instanceof OutdatedStudio)
      reloadOnce(error, { storage: sessionStorage, reload: () => window.location.reload() });
  }, [error]);
  return (
    <div className={classes.page}>
      <ErrorPanel error={error} onRetry={() => void router.invalidate()} />
    </div>
  );
}
