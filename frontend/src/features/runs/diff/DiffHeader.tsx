import { Button } from '@mantine/core';
import { IconAlertTriangle, IconArrowsExchange, IconReplace } from '@tabler/icons-react';
import type { RunDiff } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
import { short, shortId } from '../../../ui/format.js';
import { PageHeader } from '../../../ui/PageHeader.js';
import { RelativeTime } from '../../../ui/RelativeTime.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { runLook } from '../../../ui/tones.js';
import { CopyButton } from '../../../ui/CopyButton.js';
import { isOver } from '../run-opening.js';
import { AddRun } from './AddRun.js';
import classes from './DiffHeader.module.css';
import { addressOf, withFront, type DiffSearch, type Pair } from './search.js';

type Side = RunDiff['runs']['a'];

interface DiffHeaderProps {
  pair: Pair;
  diff: RunDiff;
  search: DiffSearch;
  /** All runs that are compared with the baseline. */
  others: readonly string[];
  onChange: (change: Partial<DiffSearch>) => void;
}

export function DiffHeader({ pair, diff, search, others, onChange }: DiffHeaderProps) {
  const { a, b } = diff.runs;
  const swapped = addressOf({ a: pair.b, b: pair.a });
  const { node: _node, attempt: _attempt, ...kept } = search;
  const title = `Compare ${shortId(pair.a)} with ${shortId(pair.b)}`;
  return (
    <PageHeader
      title={title}
      heading="Compare runs"
      crumbs={
        <>
          <Link to="/runs">Runs</Link>
          <span aria-hidden>/</span>
          <Link to="/graphs/$graph" params={{ graph: b.graph }} search={{}}>
            {b.graph}
          </Link>
        </>
      }
      actions={
        <>
          <AddRun
            pair={pair}
            baseline={a}
            others={others}
            onAdd={(id) => onChange(withFront([...others, id], pair.b))}
          />
          <Button
            variant="default"
            leftSection={<IconReplace size={15} />}
            renderRoot={(props) => <Link to="/diff" search={{ of: pair.b }} {...props} />}
          >
            Other baseline
          </Button>
          <Button
            variant="default"
            leftSection={<IconArrowsExchange size={15} />}
            renderRoot={(props) => (
              <Link to="/diff/$pair" params={{ pair: swapped }} search={kept} {...props} />
            )}
          >
            Swap
          </Button>
        </>
      }
    >
      <div className={classes.sides}>
        <RunCard letter="A" part="Baseline" id={pair.a} run={a} />
        <RunCard letter="B" part="Compared with it" id={pair.b} run={b} />
      </div>
      {a.graphDigest !== b.graphDigest && <OtherGraphs a={a} b={b} />}
    </PageHeader>
  );
}

function RunCard({ letter, part, id, run }: { letter: string; part: string; id: string; run: Side }) {
  return (
    <section className={classes.card} aria-label={`Run ${letter}, ${part.toLowerCase()}`}>
      <span className={classes.letter} aria-hidden>
        {letter}
      </span>
      <div className={classes.about}>
        <div className={classes.line}>
          <StatusBadge look={runLook(run)} />
          <Link to="/runs/$id" params={{ id }} search={{}} className="mono" title={id}>
            {shortId(id)}
          </Link>
          <CopyButton value={id} label={`Copy the id of run ${letter}`} />
          <span className={classes.role}>{part}</span>
        </div>
        <p className={classes.facts}>
          <span>{run.graph}</span>
          <span>
            {run.caseId ? `case ${run.caseId}${run.repeat > 0 ? ` #${run.repeat}` : ''}` : 'own vars'}
          </span>
          <span>seed {run.seed}</span>
          {run.startedAt && (
            <span>
              <RelativeTime at={run.startedAt} />
            </span>
          )}
          {!isOver(run) && <strong>goes on: compared up to seq {run.lastSeq}</strong>}
        </p>
      </div>
    </section>
  );
}

function OtherGraphs({ a, b }: Record<'a' | 'b', Side>) {
  const names = a.graph === b.graph ? 'Other versions of the graph' : 'Other graphs';
  return (
    <p className={classes.warning} role="note">
      <IconAlertTriangle size={16} aria-hidden />
      <span>
        <strong>{names}</strong>: <code>{short(a.graphDigest)}</code> and <code>{short(b.graphDigest)}</code>.
        Steps are paired by their key, renamed ones by what they are; part of what differs comes from the
        graph.
      </span>
    </p>
  );
}
