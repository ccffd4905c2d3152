import type { PlannedCase } from '@rehearse/engine';

const PAIR = /^([A-Za-z_][\w.-]*)=(.*)$/s;

/**
 * What `--filter` means for the cases of one graph: text that its name or the id holds; a pattern with `*` and `?` that one
 * of them fits as a whole; or `key=value` with `id`, `graph`, `dataset` or a label.
 */
export function caseFilter(filter: string, graph: string): (one: PlannedCase) => boolean {
  const [, key, value] = PAIR.exec(filter) ?? [];
  if (key !== undefined) {
    const fits = wholeFit(value!);
    return (one) => {
      const actual = valueOf(key, { one, graph });
      return actual !== undefined && fits(actual);
    };
  }
  const fits = /[*?]/.test(filter) ? wholeFit(filter) : (text: string) => text.includes(filter);
  return ({ id }) => fits(graph) || fits(id);
}

function valueOf(key: string, { one, graph }: { one: PlannedCase; graph: string }): string | undefined {
  if (Object.hasOwn(one.labels, key)) return one.labels[key];
  return { id: one.id, graph, dataset: one.dataset }[key];
}

/** With `*` for any text and `?` for one character; walked step by step, so that no pattern takes long. */
function wholeFit(pattern: string): (text: string) => boolean {
  return (text) => {
    let [at, step, star, mark] = [0, 0, -1, 0];
    while (at < text.length) {
      if (pattern[step] === '*') [star, mark] = [step++, at];
      else if (pattern[step] === '?' || (step < pattern.length && pattern[step] === text[at]))
        [step, at] = [step + 1, at + 1];
      else if (star >= 0) [step, at] = [star + 1, ++mark];
      else return false;
    }
    while (pattern[step] === '*') step++;
    return step === pattern.length;
  };
}
