import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { CommandLine } from './CommandLine.js';
import classes from './EmptyState.module.css';

interface EmptyStateProps {
  icon: Icon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** The command that fills the place. */
  command?: string;
}

export function EmptyState({ icon: Icon, title, children, action, command }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <span className={classes.icon} aria-hidden>
        <Icon size={22} stroke={1.6} />
      </span>
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.text}>{children}</div>}
      {action && <div className={classes.action}>{action}</div>}
      {command && (
        <div className={classes.command}>
          <span>or from a terminal</span>
          <CommandLine>{command}</CommandLine>
        </div>
      )}
    </div>
  );
}
