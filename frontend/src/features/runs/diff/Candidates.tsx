import type { RunSummary } from '@rehearse/contracts';
import { duration, shortId } from '../../../ui/format.js';
import { RelativeTime } from '../../../ui/RelativeTime.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { runLook } from '../../../ui/tones.js';
import classes from './Candidates.module.css';

interface CandidatesProps {
  runs: readonly RunSummary[];
  chosen: string | null;
  /** The run that passed last of the same case. */
  best: string | undefined;
  onChoose: (id: string) => void;
}

/** Runs of which one is chosen. */
export function Candidates({ runs, chosen, best, onChoose }: CandidatesProps) {
  return (
    <div role="radiogroup" aria-label="Baseline" className={classes.list}>
      {runs.map((run) => (
        <label key={run.id} className={classes.row}>
          <input
            type="radio"
            name="baseline"
            className={classes.radio}
            checked={run.id === chosen}
            onChange={() => onChoose(run.id)}
          />
          <StatusBadge look={runLook(run)} />
          <span className="mono">{shortId(run.id)}</span>
          <span className={classes.about}>
            {run.graph} <span className="mono">v{run.graphVersion}</span>
            {run.caseId !== null && ` · ${run.caseId}`}
            {run.repeat > 0 && ` #${run.repeat}`} · seed {run.seed}
            {run.chaos !== null && ` · under ${run.chaos}`}
          </span>
          {run.id === best && <span className={classes.best}>Last passing run of this case</span>}
          <span className={classes.when}>
            {duration(run.durationMs)} · <RelativeTime at={run.startedAt ?? run.createdAt} />
          </span>
        </label>
      ))}
    </div>
  );
}
