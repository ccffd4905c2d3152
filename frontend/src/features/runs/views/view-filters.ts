import type { HistoryView } from '@rehearse/contracts';
import { tidy } from '../queries.js';
import type { RunsSearch } from '../search.js';

/** Whether a view shows what the address asks for. */
export const isShown = ({ filters }: Pick<HistoryView, 'filters'>, search: RunsSearch): boolean =>
  JSON.stringify(tidy(filters)) === JSON.stringify(tidy(search));

/** `verdict failed, graph refund-agent`; what a view is without opening it. */
export function filterWords(filters: RunsSearch): string {
  const words = Object.entries(tidy(filters)).map(([name, value]) =>
    name === 'q' ? `“${value}”` : `${name} ${value}`,
  );
  return words.length === 0 ? 'every run' : words.join(', ');
}
