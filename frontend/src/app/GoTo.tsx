import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { graphsQuery } from '../features/graphs/index.js';
import { runsQuery } from '../features/runs/index.js';
import { Dialog } from '../ui/Dialog.js';
import { shortId } from '../ui/format.js';
import { PLACES } from './places.js';

const PAUSE_MS = 200;
const SHOWN = 8;

/** Any place, graph or run by a few letters of its name. */
export function GoTo({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const found = useFound(useDebouncedValue(text, PAUSE_MS)[0]);
  const go = (href: string | null) => {
    if (href === null) return;
    onClose();
    void navigate({ href });
  };
  return (
    <Dialog onClose={onClose} title="Go to">
      <Select
        label="A page, a graph or a run"
        placeholder="Part of a name or an id"
        data={found}
        // What the server found may fit by more than its label.
        filter={({ options }) => options}
        searchable
        searchValue={text}
        onSearchChange={setText}
        selectFirstOptionOnChange
        defaultDropdownOpened
        value={null}
        onChange={go}
        nothingFoundMessage="Nothing has this in its name"
        maxDropdownHeight={320}
        data-autofocus
      />
    </Dialog>
  );
}

function useFound(q: string) {
  const graphs = useInfiniteQuery(graphsQuery(q)).data?.pages[0]?.items ?? [];
  const runs = useInfiniteQuery(runsQuery({ q }, SHOWN)).data?.pages[0]?.items ?? [];
  const places = PLACES.filter(({ label }) => label.toLowerCase().includes(q.trim().toLowerCase()));
  return [
    {
      group: 'Pages',
      items: places.map(({ to, label }) => ({ value: to as string, label: label as string })),
    },
    {
      group: 'Graphs',
      items: graphs
        .slice(0, SHOWN)
        .map(({ name }) => ({ value: `/graphs/${encodeURIComponent(name)}`, label: name })),
    },
    {
      group: 'Runs',
      items: runs.map(({ id, graph, caseId }) => ({
        value: `/runs/${id}`,
        label: `${shortId(id)} · ${graph}${caseId ? ` · ${caseId}` : ''}`,
      })),
    },
  ].filter(({ items }) => items.length > 0);
}
