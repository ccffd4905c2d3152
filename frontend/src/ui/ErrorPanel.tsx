import { ActionIcon, Button } from '@mantine/core';
import { IconAlertOctagon, IconRefresh, IconX } from '@tabler/icons-react';
import { toProblem } from '../api/problem.js';
import { CopyButton } from './CopyButton.js';
import classes from './ErrorPanel.module.css';
import { Ticked } from './Ticked.js';

interface ErrorPanelProps {
  error: unknown;
  onRetry?: () => void;
  onClose?: () => void;
}

/** What went wrong in the words of the problem document, with the code and the request id to quote. */
export function ErrorPanel({ error, onRetry, onClose }: ErrorPanelProps) {
  const problem = toProblem(error);
  return (
    <div className={classes.panel} role="alert">
      <IconAlertOctagon size={18} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <strong>{problem.title}</strong>
        {problem.detail && problem.detail !== problem.title && (
          <p>
            <Ticked>{problem.detail}</Ticked>
          </p>
        )}
        {problem.errors && problem.errors.length > 0 && (
          <ul className={classes.findings}>
            {problem.errors.slice(0, 20).map((finding) => (
              <li key={`${finding.path} ${finding.message}`}>
                {finding.path && <code>{finding.path}</code>} <Ticked>{finding.message}</Ticked>
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
      {onClose && (
        <ActionIcon aria-label="Close the message" onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      )}
      {onRetry && (
        <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
