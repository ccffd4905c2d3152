import { fromInstant } from '../../journal/instant.js';
import { importTrajectories, type ImportedRun, type ImportRequest } from '../index.js';

/** When the trajectories of tests were imported. */
export const NOW = fromInstant('2024-05-15T00:00:00.000Z');

type Given = Partial<ImportRequest> & Pick<ImportRequest, 'text'>;

export function runsOf(given: Given): ImportedRun[] {
  const imported = importTrajectories({ format: 'tau-bench', now: NOW, ...given });
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  return imported.runs;
}

/** The problems as text, a line for each. */
export function problemsOf(given: Given): string {
  const imported = importTrajectories({ format: 'tau-bench', now: NOW, ...given });
  if (imported.ok) return '';
  return imported.problems
    .map(
      ({ code, line, path, message, suggestion }) =>
        `${line === undefined ? '' : `line ${line} `}${code} ${path}: ${message} (${suggestion})`,
    )
    .join('\n');
}

export const count = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  items.filter(holds).length;

export const eventsOf = (runs: readonly ImportedRun[]) => runs.flatMap(({ events }) => events);

/** A journal as a tree that people read. */
export const outline = ({ events }: ImportedRun): string =>
  events
    .map((event) => {
      const data = JSON.stringify(event.data);
      return `${event.seq} ${event.key} ${event.type} ${data.length > 90 ? `${data.slice(0, 90)}…` : data}`;
    })
    .join('\n');
