import { Burger } from '@mantine/core';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { UserMenu } from '../features/access/index.js';
import { clsx } from '../ui/clsx.js';
import { Brand } from './Brand.js';
import { PLACES } from './places.js';
import { SchemeSwitch } from './SchemeSwitch.js';
import classes from './Shell.module.css';
import { ShellKeys } from './ShellKeys.js';

export function Shell() {
  // The menu of a narrow screen belongs to the page on which it was opened.
  const { pathname } = useLocation();
  const [openedOn, setOpenedOn] = useState<string | null>(null);
  const isOpen = openedOn === pathname;
  return (
    <div className={classes.shell}>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className={classes.side}>
        <div className={classes.top}>
          <Link to="/" className={classes.brand} aria-label="Rehearse, home">
            <Brand />
          </Link>
          <Burger
            className={classes.burger}
            size="sm"
            opened={isOpen}
            onClick={() => setOpenedOn(isOpen ? null : pathname)}
            aria-label={isOpen ? 'Close the menu' : 'Open the menu'}
            aria-expanded={isOpen}
            aria-controls="places"
          />
        </div>
        <div id="places" className={clsx(classes.drawer, isOpen && classes.open)}>
          <nav aria-label="Main" className={classes.places}>
            {PLACES.map(({ to, label, icon: Icon, exact }) => (
              <Link
                key={to}
                to={to}
                className={classes.place}
                activeProps={{ className: clsx(classes.place, classes.here) }}
                activeOptions={{ exact, includeSearch: false }}
              >
                <Icon size={17} stroke={1.8} aria-hidden />
                {label}
              </Link>
            ))}
          </nav>
          <div className={classes.foot}>
            <a className={classes.place} href="/docs" target="_blank" rel="noreferrer">
              API reference
            </a>
            <SchemeSwitch />
            <UserMenu />
          </div>
        </div>
      </header>
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <ShellKeys />
    </div>
  );
}
