/** Words in lower case as white space parts them, as promptfoo takes them for BLEU. */
const plainWords = (text: string): string[] => text.toLowerCase().match(/\S+/g) ?? [];

/** The same without full stops at their ends, as promptfoo takes them for GLEU. */
const wordsWithoutStops = (text: string): string[] =>
  plainWords(text)
    .map((word) => word.replace(/\.+$/, ''))
    .filter((word) => word !== '');

const TREEBANK =
  /n't(?![\p{L}\p{N}])|'(?:s|m|d|ll|re|ve)(?![\p{L}\p{N}])|[\p{L}\p{N}]+?(?=n't(?![\p{L}\p{N}]))|[\p{L}\p{N}]+(?:[.,:-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu;

/** Words and marks in lower case, contractions cut in two, much as the Penn Treebank has them and ROUGE counts them. */
const treebankTokens = (text: string): string[] =>
  text.toLowerCase().replace(/’/g, "'").match(TREEBANK) ?? [];

type Counts = ReadonlyMap<string, number>;

function countGrams(words: readonly string[], n: number): Counts {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= words.length; start++) {
    const gram = words.slice(start, start + n).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

const total = (words: readonly string[], n: number): number => Math.max(0, words.length - n + 1);

/** How many n-grams two texts share, each counted as often as it stands in both. */
function overlap(left: Counts, right: Counts): number {
  let shared = 0;
  for (const [gram, count] of left) shared += Math.min(count, right.get(gram) ?? 0);
  return shared;
}

/** The best score against any of the references. */
const best = (
  references: readonly (readonly string[])[],
  score: (words: readonly string[]) => number,
): number => Math.max(...references.map(score));

/**
 * ROUGE-N as F1: the harmonic mean of the shares of n-grams that text and reference have in common, the best of several
 * references. C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", ACL 2004; the score that promptfoo and
 * the usual packages report.
 */
export function rougeN(text: string, references: readonly string[], n: number): number {
  const tokens = treebankTokens(text);
  const grams = countGrams(tokens, n);
  return best(references.map(treebankTokens), (words) => {
    const count = total(words, n) + total(tokens, n);
    return count === 0 ? 0 : (2 * overlap(countGrams(words, n), grams)) / count;
  });
}

const ORDERS = [1, 2, 3, 4];

/**
 * BLEU of one sentence: the geometric mean of the clipped precisions of 1- to 4-grams, times the brevity penalty
 * exp(1 - r/c) for a text of c words that is shorter than the nearest reference of r words. K. Papineni et al., "BLEU: a
 * Method for Automatic Evaluation of Machine Translation", ACL 2002. Orders that the text is too short for are left
 * out, so that a short text that equals its reference scores 1; nothing is smoothed.
 */
export function bleu(text: string, references: readonly string[]): number {
  const words = plainWords(text);
  const others = references.map(plainWords);
  const orders = ORDERS.filter((n) => total(words, n) > 0);
  if (orders.length === 0) return 0;
  const logs = orders.map((n) => Math.log(clippedMatches(words, others, n) / total(words, n)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / orders.length;
  return brevityPenalty(words.length, others) * Math.exp(mean);
}

/** An n-gram counts at most as often as it stands in the reference that has most of it. */
function clippedMatches(words: readonly string[], references: readonly string[][], n: number): number {
  const most = new Map<string, number>();
  for (const reference of references) {
    for (const [gram, count] of countGrams(reference, n))
      most.set(gram, Math.max(count, most.get(gram) ?? 0));
  }
  return overlap(countGrams(words, n), most);
}

function brevityPenalty(length: number, references: readonly string[][]): number {
  const lengths = references.map((reference) => reference.length);
  const distance = (other: number) => Math.abs(other - length);
  // Of two that are equally near, the shorter.
  const nearest = lengths.reduce((near, other) =>
    distance(other) < distance(near) || (distance(other) === distance(near) && other < near) ? other : near,
  );
  return length >= nearest ? 1 : Math.exp(1 - nearest / length);
}

/**
 * GLEU: over all 1- to 4-grams the lesser of precision and recall, the best of several references. Y. Wu et al.,
 * "Google's Neural Machine Translation System", 2016, section 4.3.
 */
export function gleu(text: string, references: readonly string[]): number {
  const words = wordsWithoutStops(text);
  const grams = ORDERS.map((n) => countGrams(words, n));
  const count = (some: readonly string[]) => ORDERS.reduce((sum, n) => sum + total(some, n), 0);
  return best(references.map(wordsWithoutStops), (reference) => {
    const matches = ORDERS.reduce(
      (sum, n, index) => sum + overlap(grams[index]!, countGrams(reference, n)),
      0,
    );
    const most = Math.max(count(words), count(reference));
    return most === 0 ? 0 : matches / most;
  });
}
