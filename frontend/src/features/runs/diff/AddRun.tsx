import { Select } from '@mantine/core';
import type { RunDiff, RunSummary } from '@rehearse/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { shortId } from '../../../ui/format.js';
import { runLook } from '../../../ui/tones.js';
import { runsQuery } from '../queries.js';
import classes from './AddRun.module.css';
import { MOST_OTHERS, type Pair } from './search.js';

interface AddRunProps {
  pair: Pair;
  baseline: RunDiff['runs']['a'];
  others: readonly string[];
  onAdd: (id: string) => void;
}

const nameOf = (run: RunSummary): string =>
  `${shortId(run.id)} · ${runLook(run).word} · v${run.graphVersion}${run.caseId === null ? '' : ` · ${run.caseId}`} · seed ${run.seed}`;

/** Another run against the same baseline, of the same graph. */
export function AddRun({ pair, baseline, others, onAdd }: AddRunProps) {
  const { graph, caseId } = baseline;
  const isFull = others.length >= MOST_OTHERS;
  const list = useInfiniteQuery(runsQuery(caseId === null ? { graph } : { graph, case: caseId }));
  const runs = (list.data?.pages.flatMap((page) => page.items) ?? []).filter(
    ({ id }) => id !== pair.a && !others.includes(id),
  );
  return (
    <Select
      size="xs"
      className={classes.select}
      aria-label="Compare one more run"
      placeholder={isFull ? `At most ${MOST_OTHERS} runs` : 'Compare one more run'}
      disabled={isFull}
      searchable
      nothingFoundMessage={list.isPending ? 'Loading…' : 'No other run of this case'}
      data={runs.map((run) => ({ value: run.id, label: nameOf(run) }))}
      value={null}
      onChange={(id) => {
        if (id !== null) onAdd(id);
      }}
      comboboxProps={{ width: 360, position: 'bottom-end' }}
    />
  );
}
