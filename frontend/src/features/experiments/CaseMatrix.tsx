import { SegmentedControl } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import type { ExperimentCase, ExperimentView } from '@rehearse/contracts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { EmptyState } from '../../ui/EmptyState.js';
import { duration, plural } from '../../ui/format.js';
import { Panel } from '../../ui/Panel.js';
import { SearchField } from '../../ui/SearchField.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import table from '../../ui/table.module.css';
import { runLook, VERDICTS } from '../../ui/tones.js';
import classes from './CaseMatrix.module.css';

const route = getRouteApi('/inside/experiments/$id');

type Show = 'all' | 'different' | 'failed';
const KEEPS: Record<Show, (one: ExperimentCase) => boolean> = {
  all: () => true,
  different: (one) => one.isFlaky,
  failed: (one) => one.runs.some((run) => run.verdict === 'failed' || run.verdict === 'errored'),
};

/** Cases down, repeats across; a cell is a run. */
export function CaseMatrix({ experiment }: { experiment: ExperimentView }) {
  const { show = 'all', q } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: { show?: 'different' | 'failed' | undefined; q?: string | undefined }) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true, resetScroll: false });
  const needle = q?.toLowerCase();
  const cases = experiment.cases.filter(
    (one) => KEEPS[show](one) && (!needle || rowName(one).toLowerCase().includes(needle)),
  );
  const repeats = Math.max(0, ...experiment.cases.map((one) => one.runs.length));
  const filters = (
    <>
      <SearchField
        value={q ?? ''}
        onSearch={(text) => set({ q: text || undefined })}
        label="Search cases"
        placeholder="Search cases"
      />
      <SegmentedControl
        size="xs"
        aria-label="Cases to show"
        value={show}
        onChange={(value) => set({ show: value === 'all' ? undefined : value })}
        data={[
          { value: 'all', label: 'All' },
          { value: 'different', label: 'Different' },
          { value: 'failed', label: 'Failed' },
        ]}
      />
    </>
  );
  return (
    <Panel title={`${sizeOf(experiment.cases)} × ${plural(repeats, 'repeat')}`} aside={filters} flush>
      {cases.length === 0 ? (
        <EmptyState icon={IconFilterOff} title="No case fits">
          {show === 'different'
            ? 'No case passed in one repeat and failed in another.'
            : 'Widen the filter to see more.'}
        </EmptyState>
      ) : (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Cases and repeats">
            <thead>
              <tr>
                <th>Case</th>
                <th>Verdict</th>
                <th className={table.end}>Passed</th>
                {Array.from({ length: repeats }, (_, repeat) => (
                  <th key={repeat} className={classes.cell}>
                    #{repeat}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cases.map((one) => (
                <CaseRow
                  key={JSON.stringify([one.caseId, one.matrix, one.chaos])}
                  one={one}
                  repeats={repeats}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

/** The values that the matrix gave it, by the ends of their paths, and the faults that it runs under. */
function circumstancesOf({ matrix = {}, chaos }: ExperimentCase): string[] {
  const values = Object.entries(matrix).map(
    ([at, value]) => `${at.split('.').at(-1)} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [...values, ...(chaos === undefined ? [] : [`under ${chaos}`])];
}

const rowName = (one: ExperimentCase): string => [one.caseId, ...circumstancesOf(one)].join(', ');

/** A case stands in a row for each cell of the matrix and each profile of faults. */
function sizeOf(cases: readonly ExperimentCase[]): string {
  const { size } = new Set(cases.map(({ caseId }) => caseId));
  return `${plural(size, 'case')}${size < cases.length ? ` in ${cases.length} rows` : ''}`;
}

function CaseRow({ one, repeats }: { one: ExperimentCase; repeats: number }) {
  return (
    <tr>
      <td className="mono">
        {one.caseId}
        {circumstancesOf(one).map((words) => (
          <div key={words} className={classes.circumstance}>
            {words}
          </div>
        ))}
      </td>
      <td>
        {one.verdict && <StatusBadge look={VERDICTS[one.verdict]} />}
        {one.isFlaky && <span className={classes.flaky}>flaky</span>}
      </td>
      <td className={table.end}>
        {one.passed} of {one.scored}
      </td>
      {Array.from({ length: repeats }, (_, repeat) => {
        const run = one.runs.find((candidate) => candidate.repeat === repeat);
        const look = run && runLook(run);
        return (
          <td key={repeat} className={classes.cell}>
            {run && look && (
              <Link
                to="/runs/$id"
                params={{ id: run.id }}
                className={classes.link}
                aria-label={`${rowName(one)} #${repeat}: ${look.word}`}
                title={`${look.word}, ${duration(run.durationMs)}`}
              >
                <StatusBadge look={look} compact />
              </Link>
            )}
          </td>
        );
      })}
    </tr>
  );
}
