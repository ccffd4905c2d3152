import type { CheckDiff, RunDiff, RunDiffTotal } from '@rehearse/contracts';
import { count, duration, plural, signed, usd } from '../../../ui/format.js';

const ORDER: Record<CheckDiff['flip'], number> = {
  ...{ regressed: 0, changed: 1, fixed: 2, added: 3, removed: 4, none: 5 },
};

/** The checks of both kinds, what got worse first. */
export const checksOf = ({ assertions, contracts }: Pick<RunDiff, 'assertions' | 'contracts'>): CheckDiff[] =>
  [...assertions, ...contracts].toSorted((one, other) => ORDER[one.flip] - ORDER[other.flip]);

const TOTALS = [
  ['durationMs', 'Duration', duration],
  ['costUsd', 'Cost', usd],
  ['tokens', 'Tokens', count],
] as const;

export interface TotalWords {
  name: string;
  a: string;
  b: string;
  delta: string;
}

/** What the runs took, beside each other; a run that goes on has no duration yet. */
export const totalsOf = ({ totals }: Pick<RunDiff, 'totals'>): TotalWords[] =>
  TOTALS.map(([key, name, format]) => {
    const { a, b, delta }: RunDiffTotal = totals[key];
    const shown = (value: number | null) => (value === null ? 'not yet' : format(value));
    return { name, a: shown(a), b: shown(b), delta: delta === null ? 'not yet' : signed(delta, format) };
  });

/** The steps and the checks in one line: `3 changed, 1 added; 2 newly failing, 1 fixed`. */
export function summaryOf({ steps, assertions, contracts }: RunDiff): string {
  const changes = counted(steps.map(({ change }) => change));
  const flips = counted([...assertions, ...contracts].map(({ flip }) => flip));
  const stepWords = (['changed', 'added', 'removed', 'moved'] as const).flatMap((name) =>
    changes[name] ? [`${count(changes[name])} ${name}`] : [],
  );
  const checkWords = [
    ...(flips.regressed ? [`${flips.regressed} newly failing`] : []),
    ...(flips.fixed ? [`${flips.fixed} fixed`] : []),
    ...(flips.changed ? [`${flips.changed} that cannot be compared`] : []),
    ...(flips.added ? [`${flips.added} only in B`] : []),
    ...(flips.removed ? [`${flips.removed} only in A`] : []),
  ];
  const ofSteps = stepWords.length > 0 ? stepWords.join(', ') : 'all the same';
  const ofChecks = checkWords.length > 0 ? checkWords.join(', ') : 'none flips';
  const checks = assertions.length + contracts.length;
  return [
    `${plural(steps.length, 'step')}: ${ofSteps}`,
    ...(checks > 0 ? [`${plural(checks, 'check')}: ${ofChecks}`] : ['no checks']),
  ].join('; ');
}

function counted<T extends string>(words: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** The pointer in words: `/request/messages/1/content` is `request › messages › 1 › content`. */
export const placeWords = (pointer: string): string =>
  pointer === ''
    ? 'all of it'
    : pointer
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
        .join(' › ');
