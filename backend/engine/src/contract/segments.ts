import type { Breach, Pattern } from './patterns.js';

/**
 * A pattern within `between`: each segment from a `from` event on, up to and without the next `until` event, is watched
 * by a pattern of its own. A `from` inside a segment opens no second one; the event that ends a segment may open the
 * next. What is still open at the end ends with the run: Dwyer's scope "after … until".
 */
export function segmented(patternFor: () => Pattern): Pattern {
  let open: Pattern | null = null;
  return {
    observe(moment) {
      const { event, holds } = moment;
      const breach = open && holds('until') ? open.end() : null;
      if (breach) return closedBy(breach, event);
      if (open && holds('until')) open = null;
      if (!open && holds('from')) open = patternFor();
      return open ? open.observe(moment) : null;
    },
    end: () => open?.end() ?? null,
  };
}

const closedBy = ({ message, event }: Breach, { seq, key }: NonNullable<Breach['event']>): Breach => ({
  message,
  event: event ?? { seq, key },
});
