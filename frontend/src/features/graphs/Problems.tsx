import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconLoader2 } from '@tabler/icons-react';
import type { Diagnostic } from '@rehearse/contracts';
import { plural } from '../../ui/format.js';
import classes from './Problems.module.css';

interface ProblemsProps {
  diagnostics: Diagnostic[];
  onPick: (diagnostic: Diagnostic) => void;
  isChecking: boolean;
  isEmpty: boolean;
}

/** Everything that is wrong with the text, worst first; a click goes there, F8 walks them in the editor. */
export function Problems({ diagnostics, onPick, isChecking, isEmpty }: ProblemsProps) {
  const sorted = diagnostics.toSorted(
    (a, b) => a.severity.localeCompare(b.severity) || a.line - b.line || a.column - b.column,
  );
  return (
    <div className={classes.problems}>
      <div className={classes.summary} aria-live="off">
        <Summary diagnostics={diagnostics} isChecking={isChecking} isEmpty={isEmpty} />
        {diagnostics.length > 0 && (
          <span className={classes.hint}>
            <kbd>F8</kbd> next
          </span>
        )}
      </div>
      {sorted.length > 0 && (
        <ul className={classes.list} aria-label="Problems">
          {sorted.map((diagnostic) => (
            <li key={`${diagnostic.code} ${diagnostic.path} ${diagnostic.line}:${diagnostic.column}`}>
              <button type="button" className={classes.item} onClick={() => onPick(diagnostic)}>
                {diagnostic.severity === 'error' ? (
                  <IconCircleX size={15} className={classes.error} aria-label="Error" />
                ) : (
                  <IconAlertTriangle size={15} className={classes.warning} aria-label="Warning" />
                )}
                <span className={classes.words}>
                  <span>{diagnostic.message}</span>
                  {diagnostic.suggestion && (
                    <span className={classes.suggestion}>{diagnostic.suggestion}</span>
                  )}
                </span>
                <span className={classes.where}>
                  <code>{diagnostic.code}</code>
                  <span>
                    line {diagnostic.line}:{diagnostic.column}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Summary({ diagnostics, isChecking, isEmpty }: Omit<ProblemsProps, 'onPick'>) {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  if (isEmpty) return <span className={classes.hint}>Problems appear here as you type.</span>;
  if (isChecking && diagnostics.length === 0)
    return (
      <span className={classes.hint}>
        <IconLoader2 size={15} aria-hidden /> Checking…
      </span>
    );
  if (diagnostics.length === 0)
    return (
      <span className={classes.fine}>
        <IconCircleCheck size={15} aria-hidden /> No problems
      </span>
    );
  return (
    <strong>
      {errors > 0 && plural(errors, 'error')}
      {errors > 0 && warnings > 0 && ', '}
      {warnings > 0 && plural(warnings, 'warning')}
    </strong>
  );
}
