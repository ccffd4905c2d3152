import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconEqual, IconX } from '@tabler/icons-react';
import type { ExperimentComparison } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
import { Facts } from '../../ui/Facts.js';
import { duration, plural, usd } from '../../ui/format.js';
import { headline, passRateText, regressionText, shiftText } from './comparison-words.js';
import classes from './Comparison.module.css';

const TONES = {
  bad: IconArrowDown,
  good: IconArrowUp,
  quiet: IconEqual,
};

interface ComparisonStripProps {
  comparison: ExperimentComparison;
  onClear: () => void;
}

/** What became of the cases since the baseline, and how sure that is. */
export function ComparisonStrip({ comparison, onClear }: ComparisonStripProps) {
  const { baseline, candidate, counts, latencyMs, costUsd, sameGraph } = comparison;
  const tone = counts.regressed > 0 ? 'bad' : counts.improved > 0 ? 'good' : 'quiet';
  const Mark = TONES[tone];
  const isOver = baseline.status === 'finished' && candidate.status === 'finished';
  return (
    <section className={`${classes.strip} ${classes[tone]}`} aria-label="Comparison">
      <div className={classes.head}>
        <Mark size={20} className={classes.icon} aria-hidden />
        <div className={classes.words} role="status">
          <strong>{headline(comparison)}</strong>
          <p>
            against{' '}
            <Link to="/experiments/$id" params={{ id: baseline.id }}>
              {baseline.label}
            </Link>{' '}
            of {baseline.graph} v{baseline.graphVersion}; {plural(counts.same, 'case')} as before
            {counts.flaky > 0 && `, ${counts.flaky} flaky`}.{' '}
            {sameGraph && 'Both are of one version: what differs is chance. '}
            {!isOver && 'Compared as far as they are.'}
          </p>
        </div>
        <ActionIcon aria-label="Compare with nothing" onClick={onClear}>
          <IconX size={15} />
        </ActionIcon>
      </div>
      <Facts
        items={[
          ['Pass rate of cases, Newcombe 95 %', passRateText(comparison)],
          ['If nothing had changed', regressionText(comparison)],
          ['Latency', shiftText(latencyMs, duration)],
          ['Cost', shiftText(costUsd, usd)],
        ]}
      />
    </section>
  );
}
