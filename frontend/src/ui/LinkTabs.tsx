import { Link } from '@tanstack/react-router';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
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
  const bar = useCurrentInSight(current);
  return (
    <nav ref={bar} className={classes.tabs} aria-label={label}>
      {items.map((item) => (
        <Link
          key={item.key}
          data-tab={item.key}
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

/** Where there are more tabs than room, the current one is within it. */
function useCurrentInSight(current: string) {
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const tab = bar.current?.querySelector(`[data-tab="${current}"]`);
    if (!bar.current || !tab) return;
    const [around, inner] = [bar.current.getBoundingClientRect(), tab.getBoundingClientRect()];
    // The bar alone is scrolled: `scrollIntoView` would move the page too.
    bar.current.scrollLeft += inner.left + inner.width / 2 - (around.left + around.width / 2);
  }, [current]);
  return bar;
}
