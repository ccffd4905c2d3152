import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { count, duration, plural, shortId, signed, usd } from '../../../ui/format.js';
import { Panel } from '../../../ui/Panel.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import table from '../../../ui/table.module.css';
import { runLook } from '../../../ui/tones.js';
import type { Standing } from './diff-matrix.js';
import classes from './DiffMatrix.module.css';
import { addressOf, withFront, type DiffSearch, type Pair } from './search.js';

interface DiffMatrixProps {
  pair: Pair;
  search: DiffSearch;
  /** All runs that are compared with the baseline. */
  others: readonly string[];
  standings: readonly Standing[];
}

/** Up to four runs against one baseline; the one in front is compared step by step below. */
export function DiffMatrix({ pair, search, others, standings }: DiffMatrixProps) {
  return (
    <Panel
      title={`${plural(others.length, 'run')} against the baseline`}
      aside={standings.length < others.length ? 'Comparing…' : 'What got worse first'}
      flush
      className={classes.panel}
    >
      <div className={table.scroll}>
        <table className={table.table} aria-label="Runs against the baseline">
          <thead>
            <tr>
              <th>Run</th>
              <th>Verdict</th>
              <th className={table.end}>Newly failing</th>
              <th className={`${table.end} ${table.wide}`}>Fixed</th>
              <th className={table.end}>Steps</th>
              <th className={`${table.end} ${table.wide}`}>Duration</th>
              <th className={`${table.end} ${table.wide}`}>Cost</th>
              <th className={`${table.end} ${table.wide}`}>Tokens</th>
              <th>
                <span className="visually-hidden">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {standings.map((standing) => (
              <Row key={standing.runId} standing={standing} pair={pair} search={search} others={others} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

interface RowProps extends Omit<DiffMatrixProps, 'standings'> {
  standing: Standing;
}

function Row({ standing, pair, search, others }: RowProps) {
  const { runId, diff, changed, regressed, fixed } = standing;
  const { totals } = diff;
  const delta = (total: { delta: number | null }, format: (amount: number) => string) =>
    total.delta === null ? 'not yet' : signed(total.delta, format);
  const isFront = runId === pair.b;
  const front = { ...search, node: undefined, attempt: undefined, ...withFront(others, runId) };
  return (
    <tr aria-current={isFront ? 'true' : undefined} className={isFront ? classes.front : undefined}>
      <td>
        <Link
          to="/diff/$pair"
          params={{ pair: addressOf({ a: pair.a, b: runId }) }}
          search={front}
          className={`${table.rowLink} mono`}
          title={runId}
          resetScroll={false}
        >
          {shortId(runId)}
        </Link>
        {isFront && <span className={classes.note}>shown below</span>}
      </td>
      <td>
        <StatusBadge look={runLook(diff.runs.b)} />
      </td>
      <td className={table.end}>
        {regressed > 0 ? <strong className={classes.bad}>{regressed}</strong> : 0}
      </td>
      <td className={`${table.end} ${table.wide}`}>{fixed}</td>
      <td className={table.end}>
        {count(changed)} of {count(diff.steps.length)}
      </td>
      <td className={`${table.end} ${table.wide}`}>{delta(totals.durationMs, duration)}</td>
      <td className={`${table.end} ${table.wide}`}>{delta(totals.costUsd, usd)}</td>
      <td className={`${table.end} ${table.wide}`}>{delta(totals.tokens, count)}</td>
      <td className={table.end}>
        <Remove runId={runId} pair={pair} search={search} others={others} />
      </td>
    </tr>
  );
}

function Remove({ runId, pair, search, others }: Omit<RowProps, 'standing'> & { runId: string }) {
  const left = others.filter((id) => id !== runId);
  const [next] = left;
  if (next === undefined) return null;
  const b = runId === pair.b ? next : pair.b;
  return (
    <ActionIcon
      aria-label={`Remove ${shortId(runId)}`}
      className={classes.remove}
      renderRoot={(props) => (
        <Link
          to="/diff/$pair"
          params={{ pair: addressOf({ a: pair.a, b }) }}
          search={{ ...search, ...withFront(left, b) }}
          resetScroll={false}
          {...props}
        />
      )}
    >
      <IconX size={15} />
    </ActionIcon>
  );
}
