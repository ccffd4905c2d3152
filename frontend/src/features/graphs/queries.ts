import type { GraphListItem, GraphVersionView, GraphView, ValidateAnswer } from '@rehearse/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/index.js';
import type { FormatSchema } from './completion/json-schema.js';

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
const reference = (name: string, version?: number) =>
  encodeURIComponent(version ? `${name}@${version}` : name);

export const graphsQuery = (q?: string) =>
  infiniteQueryOptions({
    queryKey: ['graphs', 'list', q ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<GraphListItem>>('/graphs', { query: { q, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const graphQuery = (name: string, version?: number) =>
  queryOptions({
    queryKey: ['graphs', 'one', name, version ?? 'newest'],
    queryFn: ({ signal }) => api.get<GraphView>(`/graphs/${reference(name, version)}`, { signal }),
  });

export const yamlQuery = (name: string, version: number) =>
  queryOptions({
    queryKey: ['graphs', 'yaml', name, version],
    queryFn: () => api.text(`/graphs/${reference(name, version)}/yaml`),
    // A version never changes.
    staleTime: Infinity,
  });

export const versionsQuery = (name: string) =>
  queryOptions({
    queryKey: ['graphs', 'versions', name],
    queryFn: ({ signal }) =>
      api.get<Page<GraphVersionView>>(`/graphs/${reference(name)}/versions`, {
        query: { limit: 200 },
        signal,
      }),
  });

/** The JSON Schema of the format, by which the editor completes. */
export const formatQuery = queryOptions({
  queryKey: ['graphs', 'format'],
  queryFn: ({ signal }) => api.get<FormatSchema>('/graphs/schema.json', { signal }),
  staleTime: Infinity,
});

export const validationQuery = (source: string) =>
  queryOptions({
    queryKey: ['graphs', 'validation', source],
    queryFn: ({ signal }) => api.yaml<ValidateAnswer>('/graphs/validate', source, { signal }),
    enabled: source.trim() !== '',
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });
