import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { clsx } from './clsx.js';
import classes from './LinkTabs.module.css';

export interface TabItem {
  key: string;
  label: string;
  badge?: ReactNode;
  tone?: 'bad' | undefined;
}

interface LinkTabsProps {
  label: string;
  items: TabItem[];
  current: string;
  /** Search parameters that belong to one tab and are left behind when it is. */
  drop?: string[];
}

/** Tabs that are links: the choice is the `tab` of the URL. */
export function LinkTabs({ label, items, current, drop = [] }: LinkTabsProps) {
  const without = (search: object) =>
    Object.fromEntries(Object.entries(search).filter(([name]) => !drop.includes(name)));
  return (
    <nav className={classes.tabs} aria-label={label}>
      {items.map((item) => (
        <Link
          key={item.key}
          to="."
          search={((search: object) => ({ ...without(search), tab: item.key })) as never}
          className={clsx(classes.tab, item.key === current && classes.current)}
          aria-current={item.key === current ? 'page' : undefined}
          activeProps={{}}
          activeOptions={{ exact: true, includeSearch: true }}
          resetScroll={false}
        >
          {item.label}
          {item.badge !== undefined && (
            <span className={clsx(classes.badge, item.tone === 'bad' && classes.bad)}>{item.badge}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
