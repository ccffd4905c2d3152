import {
  DIFF_CHANGES,
  type CheckDiff,
  type RunDiff,
  type RunDiffStep,
  type RunDiffText,
} from '@rehearse/contracts';
import { dollars, duration, grouped, UNKNOWN_PRICE } from '../text/amounts.js';
import type { Paint } from '../text/paint.js';
import { indent, jsonLine, oneLine, printable } from '../text/printable.js';

interface Options {
  paint: Paint;
  /** The steps that are the same, too, and all of the others. */
  all: boolean;
}

const MOST_STEPS = 40;
const MOST_PLACES = 6;
/** Of what stays the same, between two words that differ. */
const MOST_BETWEEN = 60;

const MARKS: Readonly<Record<RunDiffStep['change'], { mark: string; colour: Parameters<Paint>[0] }>> = {
  same: { mark: ' ', colour: 'dim' },
  changed: { mark: '~', colour: 'yellow' },
  added: { mark: '+', colour: 'green' },
  removed: { mark: '-', colour: 'red' },
  moved: { mark: '>', colour: 'cyan' },
};

/** Where two runs part, then step by step how, what their checks say, and what they took. */
export function describeDiff(diff: RunDiff, options: Options): string {
  const { paint } = options;
  return [
    graphs(diff, paint),
    divergence(diff, paint),
    steps(diff, options),
    checks(diff, paint),
    totals(diff),
    masks(diff),
  ].join('');
}

function graphs({ runs: { a, b } }: RunDiff, paint: Paint): string {
  if (a.graphDigest === b.graphDigest) return '';
  const digests = `${a.graphDigest.slice(0, 12)} and ${b.graphDigest.slice(0, 12)}`;
  return `${paint('yellow', 'the graphs differ')}  ${digests}\n`;
}

function divergence({ firstDivergence }: RunDiff, paint: Paint): string {
  if (!firstDivergence) return '';
  const { key, seqA, seqB, kind, pointer, a, b } = firstDivergence;
  const seqs = `seq ${seqA ?? '–'} in a, ${seqB ?? '–'} in b`;
  const place = oneLine(pointer === undefined ? key : `${key} ${pointer}`);
  return [
    `${paint('red', kind)} at ${place}, ${seqs}\n`,
    `  a  ${paint('red', jsonLine(a))}\n`,
    `  b  ${paint('green', jsonLine(b))}\n`,
  ].join('');
}

function steps(diff: RunDiff, { paint, all }: Options): string {
  const counts = DIFF_CHANGES.map((change) => ({
    change,
    n: diff.steps.filter((step) => step.change === change).length,
  }));
  const named = counts.filter(({ n }) => n > 0).map(({ change, n }) => `${grouped(n)} ${change}`);
  const shown = all ? diff.steps : diff.steps.filter(({ change }) => change !== 'same');
  const most = all ? shown.length : MOST_STEPS;
  const lines = shown.slice(0, most).map((step) => stepText(step, paint));
  const more = shown.length > most ? `and ${grouped(shown.length - most)} more; --all shows them\n` : '';
  return `steps  ${named.join(', ')}\n${indent(lines.join('') + more, 2)}`;
}

function stepText(step: RunDiffStep, paint: Paint): string {
  const { key, change, a, b } = step;
  const { mark, colour } = MARKS[change];
  const { type, label } = (b ?? a)!;
  const was = a && b && a.key !== b.key ? `, was ${oneLine(a.key)}` : '';
  const head = `${paint(colour, `${mark} ${oneLine(key)}`)}  ${type} ${oneLine(label)}${was}\n`;
  const only = change === 'added' ? b : change === 'removed' ? a : null;
  return head + indent(only ? `${jsonLine(only.content)}\n` : places(step, paint), 4);
}

function places({ json = [], text = [] }: RunDiffStep, paint: Paint): string {
  const texts = new Map(text.map((one) => [one.pointer, one]));
  const shown = json.slice(0, MOST_PLACES).map((change) => {
    const words = texts.get(change.pointer);
    const pointer = paint('bold', oneLine(change.pointer || '(all of it)'));
    if (words) return `${pointer}  ${wordsText(words, paint)}\n`;
    const [a, b] = [jsonLine(change.a, 80), jsonLine(change.b, 80)];
    return `${pointer}  ${paint('red', a)} → ${paint('green', b)}\n`;
  });
  const more = json.length > MOST_PLACES ? `and ${json.length - MOST_PLACES} more places\n` : '';
  return shown.join('') + more;
}

/** In the notation of word diffs, so that it can be read without colours. */
function wordsText({ words }: RunDiffText, paint: Paint): string {
  const parts = words.map(({ change, text }) => {
    const line = printable(text).replaceAll(/\n/g, ' ⏎ ');
    if (change === 'removed') return paint('red', `[-${shortened(line)}-]`);
    return change === 'added' ? paint('green', `{+${shortened(line)}+}`) : shortened(line);
  });
  return parts.join('');
}

function shortened(text: string): string {
  if (text.length <= 2 * MOST_BETWEEN) return text;
  return `${text.slice(0, MOST_BETWEEN)} … ${text.slice(-MOST_BETWEEN)}`;
}

function checks({ assertions, contracts }: RunDiff, paint: Paint): string {
  const flipped = [...assertions, ...contracts].filter(({ flip }) => flip !== 'none');
  return flipped.length === 0 ? '' : `checks\n${flipped.map((check) => checkText(check, paint)).join('')}`;
}

function checkText({ id, type, a, b, flip }: CheckDiff, paint: Paint): string {
  const colour = flip === 'regressed' ? 'red' : flip === 'fixed' ? 'green' : 'yellow';
  const reason = (b ?? a)!.reason;
  return `  ${paint(colour, flip.padEnd(9))}  ${oneLine(id)}  ${type}  ${paint('dim', oneLine(reason, 100))}\n`;
}

function totals({ totals: { durationMs, costUsd, tokens }, runs }: RunDiff): string {
  const pair = (
    { a, b }: { a: number | null; b: number | null },
    show: (n: number) => string,
    none = '–',
  ) => {
    const [one, other] = [a, b].map((n) => (n === null ? none : show(n)));
    return one === other ? one : `${one} → ${other}`;
  };
  const { a, b } = runs;
  const verdict = a.verdict === b.verdict ? (a.verdict ?? '–') : `${a.verdict ?? '–'} → ${b.verdict ?? '–'}`;
  const took = [
    pair(durationMs, duration),
    pair(costUsd, dollars, UNKNOWN_PRICE),
    `${pair(tokens, grouped)} tokens`,
  ];
  return `totals  ${verdict}, ${took.join(', ')}\n`;
}

function masks({ masks: names }: RunDiff): string {
  const used = names.filter(({ count }) => count > 0).map(({ name, count }) => `${grouped(count)} ${name}`);
  return used.length === 0 ? '' : `masked  ${used.join(', ')}; --ignore none compares them, too\n`;
}
