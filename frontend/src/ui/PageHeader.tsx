import { useEffect, type ReactNode } from 'react';
import classes from './PageHeader.module.css';

interface PageHeaderProps {
  title: string;
  /** Shown in place of the plain title. */
  heading?: ReactNode;
  crumbs?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

export function PageHeader({ title, heading, crumbs, actions, children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Rehearse`;
  }, [title]);
  return (
    <header className={classes.header}>
      {crumbs && (
        <nav aria-label="Breadcrumb" className={classes.crumbs}>
          {crumbs}
        </nav>
      )}
      <div className={classes.row}>
        <h1 className={classes.title}>{heading ?? title}</h1>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </header>
  );
}
