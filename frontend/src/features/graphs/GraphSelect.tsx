import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { graphsQuery } from './queries.js';

const REST_MS = 150;

type GraphSelectProps = Omit<
  SelectProps,
  'data' | 'searchable' | 'searchValue' | 'onSearchChange' | 'value'
> & {
  value: string | null;
};

/** A graph by its name. What is typed is looked for on the server: there may be more than a list holds. */
export function GraphSelect({ value, ...props }: GraphSelectProps) {
  const [typed, setTyped] = useState('');
  const [sought] = useDebouncedValue(typed === value ? '' : typed, REST_MS);
  const pages = useInfiniteQuery(graphsQuery(sought || undefined)).data?.pages ?? [];
  const names = pages.flatMap((page) => page.items.map(({ name }) => name));
  return (
    <Select
      {...props}
      searchable
      value={value}
      searchValue={typed}
      onSearchChange={setTyped}
      data={[...new Set([...(value === null ? [] : [value]), ...names])]}
    />
  );
}
