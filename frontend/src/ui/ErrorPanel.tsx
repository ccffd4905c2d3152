import { Button } from '@mantine/core';
import { IconAlertOctagon, IconRefresh } from '@tabler/icons-react';
import { toProblem } from '../api/problem.js';
import { CopyButton } from './CopyButton.js';
import classes from './ErrorPanel.module.css';

/** What went wrong in the words of the problem document, with the code and the request id to quote. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = toProblem(error);
  return (
    <div className={classes.panel} role="alert">
      <IconAlertOctagon size={18} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <strong>{problem.title}</strong>
        {problem.detail && problem.detail !== problem.title && <p>{problem.detail}</p>}
        {problem.errors && problem.errors.length > 0 && (
          <ul className={classes.findings}>
            {problem.errors.slice(0, 20).map((finding) => (
              <li key={`${finding.path} ${finding.message}`}>
                {finding.path && <code>{finding.path}</code>} {finding.message}
              </li>
            ))}
          </ul>
        )}
        <p className={classes.meta}>
          <code>{problem.code}</code>
          {problem.requestId && (
            <>
              <span>request</span> <code>{problem.requestId}</code>
              <CopyButton value={problem.requestId} label="Copy the request id" />
            </>
          )}
        </p>
      </div>
      {onRetry && (
        <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
