import { Select, SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { SearchField } from '../../ui/SearchField.js';
import type { Show, Sort } from './case-table.js';
import classes from './CaseMatrix.module.css';
import { SHOWS, type ExperimentSearch } from './search.js';

const route = getRouteApi('/inside/experiments/$id');

const WORDS: Record<Show, string> = {
  all: 'All',
  failures: 'Failures',
  passes: 'Passes',
  errors: 'Errors',
  different: 'Different',
};
const SORT_WORDS: Record<Sort, string> = {
  file: 'As in the file',
  failures: 'Failures first',
  regressions: 'Regressions first',
};

interface MatrixFiltersProps {
  search: ExperimentSearch;
  show: Show;
  sort: Sort;
  k: number;
  /** The most trials that any cell has. */
  most: number;
  isCompared: boolean;
}

/** Which cases are shown, in which order, and the k of pass^k; all of it in the address. */
export function MatrixFilters({ search, show, sort, k, most, isCompared }: MatrixFiltersProps) {
  const navigate = route.useNavigate();
  const set = (change: Partial<ExperimentSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true, resetScroll: false });
  const sorts: Sort[] = isCompared ? ['regressions', 'failures', 'file'] : ['file', 'failures'];
  return (
    <div className={classes.filters}>
      <SearchField
        value={search.q ?? ''}
        onSearch={(text) => set({ q: text || undefined })}
        label="Search cases"
        placeholder="Search cases"
      />
      <SegmentedControl
        size="xs"
        aria-label="Cases to show"
        value={show}
        onChange={(value) => set({ show: value === 'all' ? undefined : value })}
        data={(['all', ...SHOWS] as const).map((value) => ({ value, label: WORDS[value] }))}
      />
      <Select
        size="xs"
        w={150}
        aria-label="Order of the cases"
        allowDeselect={false}
        value={sort}
        data={sorts.map((value) => ({ value, label: SORT_WORDS[value] }))}
        onChange={(value) => set({ sort: value ?? undefined })}
      />
      {most > 1 && (
        <Select
          size="xs"
          w={92}
          aria-label="k of pass^k"
          allowDeselect={false}
          value={String(k)}
          data={ksUpTo(most).map((value) => ({ value: String(value), label: `pass^${value}` }))}
          onChange={(value) => set({ k: value === String(most) ? undefined : Number(value) })}
        />
      )}
    </div>
  );
}

/** All up to ten, then some on the way to the last. */
const ksUpTo = (most: number): number[] =>
  [...new Set([...Array.from({ length: Math.min(most, 10) }, (_, i) => i + 1), 20, 50, 100, most])].filter(
    (k) => k <= most,
  );
