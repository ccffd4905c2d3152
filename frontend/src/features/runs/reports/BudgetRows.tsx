import type { ComplianceBudget } from '@rehearse/contracts';
import table from '../../../ui/table.module.css';
import { budgetLine } from './compliance-words.js';
import classes from './Compliance.module.css';

/** What was used of what is allowed. */
export function BudgetRows({ budget }: { budget: ComplianceBudget[] }) {
  return (
    <table className={table.table} aria-label="Budget">
      <thead>
        <tr>
          <th>Limit</th>
          <th className={table.end}>Used</th>
          <th className={table.end}>Allowed</th>
          <th className={`${table.wide} ${classes.bars}`}>Share</th>
        </tr>
      </thead>
      <tbody>
        {budget.map(budgetLine).map(({ name, used, max, share, isExceeded }) => (
          <tr key={name}>
            <td>
              {name}
              {isExceeded && <strong className={classes.exceeded}> used up</strong>}
            </td>
            <td className={table.end}>{used}</td>
            <td className={table.end}>{max}</td>
            <td className={table.wide}>
              {share !== null && (
                <span className={classes.track} aria-hidden>
                  <span
                    className={isExceeded ? classes.over : classes.fill}
                    style={{ width: `${share * 100}%` }}
                  />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
