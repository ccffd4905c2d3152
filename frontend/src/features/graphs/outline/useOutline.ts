import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { OutlineNode } from './outline-rows.js';

const PAUSE_MS = 200;
const NONE: OutlineNode[] = [];

/** The outline of a text, once it rests. What reads it is fetched with the editor. */
export function useOutline(source: string): OutlineNode[] {
  const [settled] = useDebouncedValue(source, PAUSE_MS);
  const query = useQuery({
    queryKey: ['outline', settled],
    queryFn: async () => (await import('./graph-outline.js')).outlineOf(settled),
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 30_000,
  });
  return settled === '' ? NONE : (query.data ?? NONE);
}
