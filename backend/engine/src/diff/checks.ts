import type { CheckDiff, JournalEvent } from '@rehearse/contracts';
import { VERDICT_LANE } from '../journal/digest.js';
import { renamedKey } from './align.js';

interface Check {
  /** Of its event: unlike its id it names the execution. */
  key: string;
  id: string;
  type: string;
  isContract: boolean;
  side: NonNullable<CheckDiff['a']>;
}

interface Sides {
  a: readonly JournalEvent[];
  b: readonly JournalEvent[];
  renamed: ReadonlyMap<string, string>;
}

/** The checks of two runs beside each other, in the order of the file. A contract that nobody broke is not in a journal. */
export function checkDiffs({ a, b, renamed }: Sides): Record<'assertions' | 'contracts', CheckDiff[]> {
  const after = new Map(checksOf(b).map((check) => [placeOf(check), check]));
  const diffs: { isContract: boolean; diff: CheckDiff }[] = [];
  for (const check of checksOf(a)) {
    const place = placeOf({ ...check, key: renamedCheck(check.key, renamed) });
    const other = after.get(place);
    after.delete(place);
    diffs.push({ isContract: check.isContract, diff: diffOf(check, other) });
  }
  for (const check of after.values())
    diffs.push({ isContract: check.isContract, diff: diffOf(undefined, check) });
  const those = (isContract: boolean) =>
    diffs.filter((one) => one.isContract === isContract).map(({ diff }) => diff);
  return { assertions: those(false), contracts: those(true) };
}

const placeOf = ({ key, type }: Check) => `${type} ${key}`;

/** `handle.assert[0]` is of the node `handle`. */
function renamedCheck(key: string, renamed: ReadonlyMap<string, string>): string {
  const end = key.lastIndexOf('.assert[');
  return end < 0 ? key : renamedKey(key.slice(0, end), renamed) + key.slice(end);
}

function checksOf(events: readonly JournalEvent[]): Check[] {
  const checks: (Check & { position: number })[] = [];
  for (const event of events) {
    if (event.lane !== VERDICT_LANE) continue;
    const { key, seq } = event;
    if (event.type === 'assertion.evaluated') {
      const { id, type, verdict, score, reason, position } = event.data;
      const isContract = type === 'contract' && key.startsWith('contract/');
      checks.push({ key, id, type, isContract, position, side: { verdict, score, reason, seq } });
    } else if (event.type === 'contract.violated') {
      const { id, message, position } = event.data;
      const side = { verdict: 'failed' as const, score: 0, reason: message, seq };
      checks.push({ key, id, type: 'contract', isContract: true, position, side });
    }
  }
  return checks.sort((one, other) => one.position - other.position);
}

function diffOf(a: Check | undefined, b: Check | undefined): CheckDiff {
  const { id, type, isContract } = (b ?? a)!;
  const held = isContract ? ('passed' as const) : undefined;
  const verdicts = { a: a?.side.verdict ?? held, b: b?.side.verdict ?? held };
  return { id, type, a: a?.side ?? null, b: b?.side ?? null, flip: flipOf(verdicts) };
}

type Verdict = NonNullable<CheckDiff['a']>['verdict'] | undefined;

function flipOf({ a, b }: { a: Verdict; b: Verdict }): CheckDiff['flip'] {
  if (a === b) return 'none';
  if (a === undefined) return 'added';
  if (b === undefined) return 'removed';
  if (a === 'passed' && b === 'failed') return 'regressed';
  return a === 'failed' && b === 'passed' ? 'fixed' : 'changed';
}
