import { Fragment, memo, useState } from 'react';
import type { ReactNode } from 'react';
import { CopyButton } from './CopyButton.js';
import { plainText } from './plain-text.js';
import classes from './JsonView.module.css';

const FOLD_AFTER_LINES = 60;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function paint(line: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of line.matchAll(TOKEN)) {
    const [text, quoted, colon, word] = match;
    parts.push(line.slice(end, match.index));
    const kind = quoted ? (colon ? classes.key : classes.string) : word ? classes.word : classes.number;
    parts.push(
      <span key={match.index} className={kind}>
        {quoted ?? text}
      </span>,
      colon ?? '',
    );
    end = match.index + text.length;
  }
  return [...parts, line.slice(end)];
}

interface JsonViewProps {
  value: unknown;
  label: string;
}

/** A JSON value to read and copy; text is shown as text, long values are folded. */
export const JsonView = memo(function JsonView({ value, label }: JsonViewProps) {
  const [isOpen, setOpen] = useState(false);
  const isText = typeof value === 'string';
  const text = isText ? value : (JSON.stringify(value, null, 2) ?? 'null');
  const lines = plainText(text).split('\n');
  const shown = isOpen ? lines : lines.slice(0, FOLD_AFTER_LINES);
  return (
    <div className={classes.box}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard has to reach it */}
      <pre className={classes.text} tabIndex={0} role="region" aria-label={label}>
        {shown.map((line, index) => (
          <Fragment key={index}>
            {isText ? line : paint(line)}
            {'\n'}
          </Fragment>
        ))}
      </pre>
      <div className={classes.copy}>
        <CopyButton value={text} label={`Copy: ${label}`} />
      </div>
      {lines.length > FOLD_AFTER_LINES && (
        <button type="button" className={classes.more} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Show less' : `Show all ${lines.length} lines`}
        </button>
      )}
    </div>
  );
});
