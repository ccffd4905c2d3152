import type { Divergence } from '@rehearse/contracts';
import classes from './ReplayPanel.module.css';

interface JsonChangesProps {
  changes: Divergence['inputDiff'];
  names?: readonly [string, string];
}

/** The places at which two values differ, one below the other. */
export function JsonChanges({ changes, names = ['Expected', 'Actual'] }: JsonChangesProps) {
  return (
    <table className={classes.diff}>
      <thead>
        <tr>
          <th>Where</th>
          {names.map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.pointer}>
            <td>
              <code>{change.pointer || '/'}</code>
            </td>
            <td>{'expected' in change ? <del>{JSON.stringify(change.expected)}</del> : 'absent'}</td>
            <td>{'actual' in change ? <ins>{JSON.stringify(change.actual)}</ins> : 'absent'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
