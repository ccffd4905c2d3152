import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { session } from '../api/index.js';
import { SignInSearch } from '../features/access/index.js';
import { ExperimentSearch } from '../features/experiments/index.js';
import { GraphSearch, GraphsSearch, NewGraphSearch } from '../features/graphs/index.js';
import { SimulationSearch } from '../features/simulations/index.js';
import { DiffSearch, PickSearch, RunSearch, RunsSearch } from '../features/runs/index.js';
import { HomePage } from './HomePage.js';
import { lazyPage } from './lazy-page.js';
import { NotFoundPage } from './NotFoundPage.js';
import { CrashPage } from './CrashPage.js';
import { parseSearch, stringifySearch } from './search-text.js';
import { Shell } from './Shell.js';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: SignInSearch,
  component: lazyPage(() => import('../features/access/SignInPage.js'), 'SignInPage'),
});

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ location }) => {
    const { status } = await session.ready();
    if (status !== 'signed-in')
      throw redirect({ to: '/sign-in', search: { to: location.href }, replace: true });
  },
  component: Shell,
  notFoundComponent: NotFoundPage,
});

const home = createRoute({ getParentRoute: () => inside, path: '/', component: HomePage });
const runs = createRoute({
  getParentRoute: () => inside,
  path: '/runs',
  validateSearch: RunsSearch,
  component: lazyPage(() => import('../features/runs/RunsPage.js'), 'RunsPage'),
});
/** The history is the list of runs with its filters; both addresses lead there. */
const history = createRoute({
  getParentRoute: () => inside,
  path: '/runs/history',
  validateSearch: RunsSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/runs', search, replace: true });
  },
});
const run = createRoute({
  getParentRoute: () => inside,
  path: '/runs/$id',
  validateSearch: RunSearch,
  component: lazyPage(() => import('../features/runs/RunPage.js'), 'RunPage'),
});
const diff = createRoute({
  getParentRoute: () => inside,
  path: '/diff/$pair',
  validateSearch: DiffSearch,
  component: lazyPage(() => import('../features/runs/diff/DiffPage.js'), 'DiffPage'),
});
const pick = createRoute({
  getParentRoute: () => inside,
  path: '/diff',
  validateSearch: PickSearch,
  component: lazyPage(() => import('../features/runs/diff/PickRunPage.js'), 'PickRunPage'),
});
const graphs = createRoute({
  getParentRoute: () => inside,
  path: '/graphs',
  validateSearch: GraphsSearch,
  component: lazyPage(() => import('../features/graphs/GraphsPage.js'), 'GraphsPage'),
});
const newGraph = createRoute({
  getParentRoute: () => inside,
  path: '/graphs/new',
  validateSearch: NewGraphSearch,
  component: lazyPage(() => import('../features/graphs/NewGraphPage.js'), 'NewGraphPage'),
});
const graph = createRoute({
  getParentRoute: () => inside,
  path: '/graphs/$graph',
  validateSearch: GraphSearch,
  component: lazyPage(() => import('../features/graphs/GraphPage.js'), 'GraphPage'),
});
const experiments = createRoute({
  getParentRoute: () => inside,
  path: '/experiments',
  component: lazyPage(() => import('../features/experiments/ExperimentsPage.js'), 'ExperimentsPage'),
});
const experiment = createRoute({
  getParentRoute: () => inside,
  path: '/experiments/$id',
  validateSearch: ExperimentSearch,
  component: lazyPage(() => import('../features/experiments/ExperimentPage.js'), 'ExperimentPage'),
});
const simulations = createRoute({
  getParentRoute: () => inside,
  path: '/simulations',
  component: lazyPage(() => import('../features/simulations/SimulationsPage.js'), 'SimulationsPage'),
});
const newSimulation = createRoute({
  getParentRoute: () => inside,
  path: '/simulations/new',
  component: lazyPage(() => import('../features/simulations/NewSimulationPage.js'), 'NewSimulationPage'),
});
const simulation = createRoute({
  getParentRoute: () => inside,
  path: '/simulations/$id',
  validateSearch: SimulationSearch,
  component: lazyPage(() => import('../features/simulations/SimulationPage.js'), 'SimulationPage'),
});
const keys = createRoute({
  getParentRoute: () => inside,
  path: '/settings/keys',
  component: lazyPage(() => import('../features/access/KeysPage.js'), 'KeysPage'),
});
const missing = createRoute({ getParentRoute: () => inside, path: '$', component: NotFoundPage });

const pages = [
  ...([home, runs, history, run, diff, pick, graphs, newGraph, graph] as const),
  ...([experiments, experiment, simulations, newSimulation, simulation, keys, missing] as const),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([signIn, inside.addChildren(pages)]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: CrashPage,
});

// Whoever loses the session in the middle of a page is asked to sign in and comes back to it.
session.subscribe(() => {
  if (session.state().status === 'anonymous') void router.invalidate();
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
