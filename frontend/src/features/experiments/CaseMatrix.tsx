import { Button } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import type { ExperimentComparison, ExperimentView } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { plural } from '../../ui/format.js';
import { Panel } from '../../ui/Panel.js';
import table from '../../ui/table.module.css';
import { caseTable, fittingRows, whyNone, type CaseRow, type CaseTable } from './case-table.js';
import classes from './CaseMatrix.module.css';
import { MatrixCell } from './MatrixCell.js';
import { MatrixFilters } from './MatrixFilters.js';

const route = getRouteApi('/inside/experiments/$id');
const SHOWN_AT_FIRST = 200;

interface CaseMatrixProps {
  experiment: ExperimentView;
  comparison: ExperimentComparison | undefined;
}

/** Cases down, cells of the matrix across; a cell has all trials of its case. */
export function CaseMatrix({ experiment, comparison }: CaseMatrixProps) {
  const search = route.useSearch();
  const { cases } = experiment;
  const whole = useMemo(() => caseTable(cases, comparison), [cases, comparison]);
  const { show = 'all', sort = comparison ? 'regressions' : 'file', q } = search;
  const rows = fittingRows(whole, { show, sort, q });
  const most = Math.max(1, ...cases.map(({ total }) => total));
  const k = Math.min(search.k ?? most, most);
  return (
    <Panel
      title={sizeOf(whole, most)}
      aside={
        <MatrixFilters search={search} show={show} sort={sort} k={k} most={most} isCompared={!!comparison} />
      }
      flush
    >
      {rows.length === 0 ? (
        <EmptyState icon={IconFilterOff} title="No case fits">
          {whyNone({ show, q })}
        </EmptyState>
      ) : (
        <Rows experiment={experiment} columns={whole.columns} rows={rows} k={k} />
      )}
    </Panel>
  );
}

const sizeOf = ({ rows, columns }: CaseTable, most: number): string =>
  [
    plural(rows.length, 'case'),
    ...(columns.length > 1 ? [plural(columns.length, 'cell')] : []),
    plural(most, 'trial'),
  ].join(' × ');

interface RowsProps {
  experiment: ExperimentView;
  columns: string[][];
  rows: CaseRow[];
  k: number;
}

function Rows({ experiment, columns, rows, k }: RowsProps) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? rows : rows.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <div className={table.scroll}>
        <table className={`${table.table} ${classes.matrix}`} aria-label="Cases and cells">
          <thead>
            <tr>
              <th scope="col">Case</th>
              {columns.map((words) => (
                <th key={words.join(' ')} scope="col">
                  {words.length === 0 ? 'Trials' : words.map((word) => <div key={word}>{word}</div>)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.caseId}>
                <th scope="row" className={classes.name}>
                  <code>{row.caseId === '' ? 'own vars' : row.caseId}</code>
                </th>
                {row.cells.map((cell, index) => (
                  <td key={columns[index]?.join(' ')}>
                    {cell ? (
                      <MatrixCell cell={cell} k={k} experiment={experiment.id} />
                    ) : (
                      <span className={table.muted}>not run</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < rows.length && (
        <Button m="sm" variant="default" onClick={() => setAll(true)}>
          Show all {plural(rows.length, 'case')}
        </Button>
      )}
    </>
  );
}
