import { IconFlask2, IconHome, IconKey, IconPlayerPlay, IconSitemap, IconUsers } from '@tabler/icons-react';

/** What the menu leads to. */
export const PLACES = [
  { to: '/', label: 'Home', icon: IconHome, exact: true },
  { to: '/runs', label: 'Runs', icon: IconPlayerPlay, exact: false },
  { to: '/experiments', label: 'Experiments', icon: IconFlask2, exact: false },
  { to: '/simulations', label: 'Simulations', icon: IconUsers, exact: false },
  { to: '/graphs', label: 'Graphs', icon: IconSitemap, exact: false },
  { to: '/settings/keys', label: 'API keys', icon: IconKey, exact: false },
] as const;
