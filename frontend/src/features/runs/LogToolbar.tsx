import { Button, Checkbox, Select } from '@mantine/core';
import { IconArrowBarToDown, IconLoader2 } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { useRef } from 'react';
import { count } from '../../ui/format.js';
import { SearchField } from '../../ui/SearchField.js';
import { useHotkey } from '../../ui/useHotkey.js';
import classes from './LogToolbar.module.css';
import type { RunSearch } from './search.js';

const FAMILIES = [
  ['run', 'Run'],
  ['node', 'Nodes'],
  ['model', 'Models'],
  ['tool', 'Tools'],
  ['assertion', 'Assertions'],
  ['contract', 'Contracts'],
  ['human', 'People'],
  ['handoff', 'Hand-offs'],
  ['chaos', 'Chaos'],
  ['timer', 'Timers'],
  ['budget', 'Budgets'],
  ['provider', 'Providers'],
  ['log', 'Log lines'],
] as const;

interface LogToolbarProps {
  run: RunView;
  search: RunSearch;
  onChange: (change: Partial<RunSearch>) => void;
  shown: number;
  total: number;
  isScanning: boolean;
  isFollowing: boolean;
}

export function LogToolbar({ run, search, onChange, ...props }: LogToolbarProps) {
  const box = useRef<HTMLInputElement>(null);
  useHotkey('/', { says: 'Search the log', act: () => box.current?.focus() });
  const families = FAMILIES.map(([value, label]) => ({ value, label }));
  const isKnown = !search.type || families.some(({ value }) => value === search.type);
  return (
    <div className={classes.bar}>
      <SearchField
        value={search.q ?? ''}
        onSearch={(q) => onChange({ q: q || undefined })}
        label="Search the log"
        placeholder="Search  ( / )"
        inputRef={box}
        className={classes.search}
      />
      <Select
        size="xs"
        aria-label="Type"
        placeholder="All types"
        clearable
        clearButtonProps={{ 'aria-label': 'All types' }}
        data={isKnown ? families : [...families, { value: search.type ?? '', label: search.type ?? '' }]}
        value={search.type ?? null}
        onChange={(type) => onChange({ type: type ?? undefined })}
        className={classes.select}
      />
      <Select
        size="xs"
        aria-label="Node"
        placeholder="All nodes"
        clearable
        clearButtonProps={{ 'aria-label': 'All nodes' }}
        data={[...new Set([...run.steps.map((step) => step.node), ...(search.node ? [search.node] : [])])]}
        value={search.node ?? null}
        onChange={(node) => onChange({ node: node ?? undefined })}
        className={classes.select}
      />
      <Checkbox
        size="xs"
        label="Problems only"
        checked={search.level === 'problems'}
        onChange={(event) => onChange({ level: event.currentTarget.checked ? 'problems' : undefined })}
        className={classes.check}
      />
      <span className={classes.count}>
        {props.isScanning && <IconLoader2 size={13} aria-hidden />}
        {props.shown === props.total
          ? `${count(props.total)} events`
          : `${count(props.shown)} of ${count(props.total)}`}
      </span>
      <Button
        variant={props.isFollowing ? 'light' : 'default'}
        leftSection={<IconArrowBarToDown size={14} />}
        aria-pressed={props.isFollowing}
        onClick={() => onChange(props.isFollowing ? { follow: '0' } : { follow: '1', seq: undefined })}
      >
        Follow
      </Button>
    </div>
  );
}
