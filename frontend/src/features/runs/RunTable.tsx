import type { RunSummary } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
import { duration, shortId, usd } from '../../ui/format.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import table from '../../ui/table.module.css';
import { runLook } from '../../ui/tones.js';

/** Runs, one a row. */
export function RunTable({ runs, label }: { runs: RunSummary[]; label: string }) {
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label={label}>
        <thead>
          <tr>
            <th>Run</th>
            <th>Verdict</th>
            <th>Graph</th>
            <th className={table.wide}>Case</th>
            <th className={`${table.wide} ${table.end}`}>Seed</th>
            <th className={`${table.wide} ${table.end}`}>Events</th>
            <th className={`${table.wide} ${table.end}`}>Duration</th>
            <th className={`${table.wide} ${table.end}`}>Cost</th>
            <th>Started</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunRow({ run }: { run: RunSummary }) {
  return (
    <tr>
      <td>
        <Link to="/runs/$id" params={{ id: run.id }} className={`${table.rowLink} mono`} title={run.id}>
          {shortId(run.id)}
        </Link>
      </td>
      <td>
        <StatusBadge look={runLook(run)} />
      </td>
      <td>
        {run.graph} <span className={`${table.muted} mono`}>v{run.graphVersion}</span>
      </td>
      <td className={table.wide}>
        {run.caseId ?? <span className={table.muted}>own vars</span>}
        {run.repeat > 0 && <span className={table.muted}> #{run.repeat}</span>}
      </td>
      <td className={`${table.wide} ${table.end}`}>{run.seed}</td>
      <td className={`${table.wide} ${table.end}`}>{run.lastSeq}</td>
      <td className={`${table.wide} ${table.end}`}>{duration(run.durationMs)}</td>
      <td className={`${table.wide} ${table.end}`}>{usd(run.costUsd)}</td>
      <td className={table.muted}>
        <RelativeTime at={run.startedAt ?? run.createdAt} />
      </td>
    </tr>
  );
}
