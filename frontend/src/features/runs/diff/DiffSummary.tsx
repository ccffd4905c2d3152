import { Button, Checkbox } from '@mantine/core';
import { IconArrowDown, IconCircleCheck, IconGitCompare } from '@tabler/icons-react';
import type { Normaliser, RunDiff } from '@rehearse/contracts';
import { count } from '../../../ui/format.js';
import { KINDS } from './diff-looks.js';
import { placeWords, summaryOf, totalsOf } from './diff-words.js';
import classes from './DiffSummary.module.css';
import type { DiffSearch } from './search.js';

interface DiffSummaryProps {
  diff: RunDiff;
  search: DiffSearch;
  /** What is shown is of the masks that were on before. */
  isFetching: boolean;
  onChange: (change: Partial<DiffSearch>) => void;
}

/** What came of it in a line, where it began, what it took, and what was masked to tell. */
export function DiffSummary({ diff, search, isFetching, onChange }: DiffSummaryProps) {
  return (
    <section
      className={`${classes.panel} ${diff.identical ? classes.good : classes.differs}`}
      aria-label="What differs"
      aria-busy={isFetching}
    >
      <div className={classes.head}>
        {diff.identical ? (
          <IconCircleCheck size={20} className={classes.icon} aria-hidden />
        ) : (
          <IconGitCompare size={20} className={classes.icon} aria-hidden />
        )}
        <div className={classes.words}>
          <div role="status">
            <strong>{diff.identical ? 'Identical' : 'The runs differ'}</strong>
            <p>{summaryOf(diff)}</p>
          </div>
          {diff.firstDivergence && <Divergence divergence={diff.firstDivergence} onChange={onChange} />}
        </div>
        <Totals diff={diff} />
      </div>
      <Masks diff={diff} search={search} onChange={onChange} />
    </section>
  );
}

function Totals({ diff }: { diff: RunDiff }) {
  return (
    <table className={classes.totals}>
      <caption className="visually-hidden">What the runs took</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Measure</span>
          </th>
          <th scope="col">A</th>
          <th scope="col">B</th>
          <th scope="col">B − A</th>
        </tr>
      </thead>
      <tbody>
        {totalsOf(diff).map(({ name, a, b, delta }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{a}</td>
            <td>{b}</td>
            <td>
              <strong>{delta}</strong>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where the steps stand on the page. */
export const STEPS_ID = 'steps';

interface DivergenceProps {
  divergence: NonNullable<RunDiff['firstDivergence']>;
  onChange: (change: Partial<DiffSearch>) => void;
}

function Divergence({ divergence, onChange }: DivergenceProps) {
  const { key, kind, pointer } = divergence;
  const isCheck = kind === 'check_flipped';
  return (
    <div className={classes.divergence}>
      <p>
        First divergence at <code>{key}</code>: {KINDS[kind]}
        {pointer !== undefined && <span className={classes.muted}> ({placeWords(pointer)})</span>}.
      </p>
      {!isCheck && (
        <Button
          variant="light"
          leftSection={<IconArrowDown size={14} />}
          onClick={() => {
            onChange({ node: key, attempt: undefined, q: undefined });
            document.getElementById(STEPS_ID)?.scrollIntoView({ block: 'start' });
          }}
        >
          Jump to it
        </Button>
      )}
    </div>
  );
}

const MASKS: readonly Normaliser[] = ['ids', 'times'];

/** Both masked is the default, and stands in no address. */
export function ignoreOf(masked: ReadonlySet<Normaliser>): DiffSearch['ignore'] {
  if (masked.size === MASKS.length) return undefined;
  const [only] = masked;
  return only ?? 'none';
}

export const maskedBy = (ignore: DiffSearch['ignore']): Set<Normaliser> =>
  new Set(MASKS.filter((name) => ignore === undefined || ignore === name));

function Masks({ diff, search, onChange }: Omit<DiffSummaryProps, 'isFetching'>) {
  const masked = maskedBy(search.ignore);
  const toggle = (name: Normaliser, isOn: boolean) => {
    const next = new Set(masked);
    if (isOn) next.add(name);
    else next.delete(name);
    onChange({ ignore: ignoreOf(next) });
  };
  return (
    <fieldset className={classes.masks}>
      <legend className="visually-hidden">What is masked before the runs are compared</legend>
      {MASKS.map((name) => {
        const found = diff.masks.find((mask) => mask.name === name)?.count;
        return (
          <Checkbox
            key={name}
            size="xs"
            checked={masked.has(name)}
            onChange={(event) => toggle(name, event.currentTarget.checked)}
            label={`Mask ${name}${found === undefined ? '' : ` (${found === 0 ? 'none found' : count(found)})`}`}
          />
        );
      })}
      <span className={classes.muted}>
        {masked.size > 0
          ? 'What is masked is shown as ‹id› and ‹time›.'
          : `Nothing is masked; ${count(diff.steps.length)} steps are compared as they are.`}
      </span>
    </fieldset>
  );
}
