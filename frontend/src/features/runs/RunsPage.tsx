import { Button, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { GraphSelect } from '../graphs/index.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Panel } from '../../ui/Panel.js';
import { SearchField } from '../../ui/SearchField.js';
import { STATUSES, VERDICTS } from '../../ui/tones.js';
import { useHotkey } from '../../ui/useHotkey.js';
import { useRef } from 'react';
import { experimentNameQuery } from './experiment-name.js';
import { RunList } from './RunList.js';
import classes from './RunsPage.module.css';
import { SavedViews } from './views/SavedViews.js';
import { STATUS_NAMES, VERDICT_NAMES, type RunsSearch } from './search.js';

const route = getRouteApi('/inside/runs');

export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const box = useRef<HTMLInputElement>(null);
  useHotkey('/', { says: 'Search the runs', act: () => box.current?.focus() });
  const set = (change: Partial<RunsSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  const isFiltered = Object.values(search).some(Boolean);
  const clear = (
    <Button variant="default" leftSection={<IconX size={14} />} onClick={() => void navigate({ search: {} })}>
      Clear the filters
    </Button>
  );
  return (
    <>
      <PageHeader title="Runs" />
      <div className={classes.filters} role="search" aria-label="Filter runs">
        <SavedViews search={search} />
        <SearchField
          value={search.q ?? ''}
          onSearch={(q) => set({ q: q || undefined })}
          label="Search runs"
          placeholder="Id, graph or case  ( / )"
          inputRef={box}
          className={classes.search}
        />
        <Select
          size="xs"
          aria-label="Status"
          placeholder="Any status"
          clearable
          clearButtonProps={{ 'aria-label': 'Any status' }}
          data={STATUS_NAMES.map((value) => ({ value, label: STATUSES[value].word }))}
          value={search.status ?? null}
          onChange={(status) => set({ status: status ?? undefined })}
        />
        <Select
          size="xs"
          aria-label="Verdict"
          placeholder="Any verdict"
          clearable
          clearButtonProps={{ 'aria-label': 'Any verdict' }}
          data={VERDICT_NAMES.map((value) => ({ value, label: VERDICTS[value].word }))}
          value={search.verdict ?? null}
          onChange={(verdict) => set({ verdict: verdict ?? undefined })}
        />
        <GraphFilter value={search.graph} onChange={(graph) => set({ graph })} />
        <DayFilter label="From" value={search.from} onChange={(from) => set({ from })} />
        <DayFilter label="To" value={search.to} onChange={(to) => set({ to })} />
        {search.experiment && (
          <ExperimentFilter id={search.experiment} onClear={() => set({ experiment: undefined })} />
        )}
        {search.case && (
          <Chip onClear={() => set({ case: undefined })} what="case">
            case {search.case}
          </Chip>
        )}
        {search.label && (
          <Chip onClear={() => set({ label: undefined })} what="label">
            label {search.label}
          </Chip>
        )}
        {isFiltered && clear}
      </div>
      <Panel flush>
        <RunList filters={{ ...search, from: instant(search.from), to: instant(search.to) }} clear={clear} />
      </Panel>
    </>
  );
}

/** A day or a moment of the address bar as the API wants it; a day is local. */
function instant(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

interface FilterProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

function GraphFilter({ value, onChange }: FilterProps) {
  return (
    <GraphSelect
      size="xs"
      aria-label="Graph"
      placeholder="Any graph"
      clearable
      clearButtonProps={{ 'aria-label': 'Any graph' }}
      value={value ?? null}
      onChange={(graph) => onChange(graph ?? undefined)}
    />
  );
}

function DayFilter({ label, value, onChange }: FilterProps & { label: string }) {
  return (
    <TextInput
      size="xs"
      type="date"
      aria-label={label}
      leftSection={<span className={classes.prefix}>{label}</span>}
      leftSectionWidth={label.length * 7 + 16}
      value={value?.slice(0, 10) ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

function ExperimentFilter({ id, onClear }: { id: string; onClear: () => void }) {
  const name = useQuery(experimentNameQuery(id));
  return (
    <Chip onClear={onClear} what="experiment">
      experiment {name.data ?? id}
    </Chip>
  );
}

function Chip({ children, what, onClear }: { children: React.ReactNode; what: string; onClear: () => void }) {
  return (
    <span className={classes.chip}>
      {children}
      <button type="button" onClick={onClear} aria-label={`Any ${what}`}>
        <IconX size={13} aria-hidden />
      </button>
    </span>
  );
}
