import type {
  CreateSimulationRequest,
  PersonaPage,
  SimulationAnswer,
  SimulationPage,
  SimulationView,
} from '@rehearse/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, pollMs } from '../../api/index.js';

const POLL_MS = 1_500;
const PATH = '/user-testing/simulations';

export const simulationsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['simulations', 'list'],
    queryFn: ({ pageParam, signal }) =>
      api.get<SimulationPage>(PATH, { query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(({ status }) => status !== 'finished'))
        ? pollMs(state, POLL_MS)
        : false,
  });

export const simulationQuery = (id: string) =>
  queryOptions({
    queryKey: ['simulations', 'one', id],
    queryFn: ({ signal }) => api.get<SimulationView>(`${PATH}/${id}`, { signal }),
    refetchInterval: ({ state }) =>
      state.data && state.data.status !== 'finished' ? pollMs(state, POLL_MS) : false,
  });

export const personasQuery = () =>
  queryOptions({
    queryKey: ['personas'],
    queryFn: ({ signal }) => api.get<PersonaPage>('/personas', { query: { limit: 200 }, signal }),
  });

export const startSimulation = (request: CreateSimulationRequest) =>
  api.post<SimulationAnswer>(PATH, request);
