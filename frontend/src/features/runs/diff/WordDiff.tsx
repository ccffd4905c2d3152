import type { RunDiffText } from '@rehearse/contracts';
import { Fragment, memo } from 'react';
import { plainText } from '../../../ui/plain-text.js';
import classes from './WordDiff.module.css';

/** A text with what A alone has struck through and what B alone has underlined. */
export const WordDiff = memo(function WordDiff({
  words,
  label,
}: {
  words: RunDiffText['words'];
  label: string;
}) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard has to reach it
    <p className={classes.text} tabIndex={0} role="region" aria-label={`${label}, word by word`}>
      {words.map(({ change, text }, index) => (
        <Fragment key={index}>
          {change === 'same' && plainText(text)}
          {change === 'removed' && <del className={classes.removed}>{plainText(text)}</del>}
          {change === 'added' && <ins className={classes.added}>{plainText(text)}</ins>}
        </Fragment>
      ))}
    </p>
  );
});
