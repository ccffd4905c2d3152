import { Select } from '@mantine/core';
import type { ExperimentView } from '@rehearse/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { percent, shortId } from '../../ui/format.js';
import { baselinesQuery, experimentsQuery } from './queries.js';

interface ComparePickerProps {
  experiment: ExperimentView;
  value: string | null;
  onChange: (against: string | null) => void;
}

/** Pinned baselines by name, then the other experiments of the same graph, newest first. */
export function ComparePicker({ experiment, value, onChange }: ComparePickerProps) {
  const { graph, id } = experiment;
  const baselines = useQuery(baselinesQuery(graph)).data?.items ?? [];
  const pages = useInfiniteQuery(experimentsQuery(graph)).data?.pages ?? [];
  const others = pages.flatMap((page) => page.items).filter((one) => one.id !== id);
  const pinned = baselines.filter((one) => one.experiment.id !== id);
  const isListed =
    value === null || others.some((one) => one.id === value) || pinned.some((one) => one.name === value);
  return (
    <Select
      size="xs"
      w={260}
      aria-label="Compare with"
      placeholder="Compare with…"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Compare with nothing' }}
      nothingFoundMessage={`No other experiment of ${graph}`}
      value={value}
      onChange={onChange}
      data={[
        {
          group: 'Pinned baselines',
          items: pinned.map(({ name, experiment: one }) => ({ value: name, label: `${name}: ${one.label}` })),
        },
        {
          group: `Experiments of ${graph}`,
          items: [
            ...others.map((one) => ({
              value: one.id,
              label: `${one.label} v${one.graphVersion}, ${percent(one.passRate.estimate)}, ${shortId(one.id)}`,
            })),
            ...(isListed || value === null ? [] : [{ value, label: value }]),
          ],
        },
      ]}
    />
  );
}
