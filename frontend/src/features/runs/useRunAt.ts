import { useDebouncedValue } from '@mantine/hooks';
import type { RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { runAtQuery } from './queries.js';

const REST_MS = 120;

/** The run as it was where the reader stands; not there until it is fetched. At the end it is the run itself. */
export function useRunAt(run: RunView, seq: number | undefined) {
  const isPast = seq !== undefined && seq < run.lastSeq;
  const [rested] = useDebouncedValue(isPast ? seq : null, REST_MS);
  const past = useQuery({ ...runAtQuery(run.id, rested ?? seq ?? 1), enabled: isPast });
  if (!isPast) return { isPast, run, error: null, retry: () => {} };
  return { isPast, run: past.data, error: past.error, retry: () => void past.refetch() };
}
