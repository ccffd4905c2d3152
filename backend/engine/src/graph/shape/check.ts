import type { Json } from '@rehearse/contracts';
import type { z } from 'zod';
import { closestName } from '../../expression/index.js';
import type { Findings } from '../findings.js';
import { LocatedDocument } from '../located.js';
import { formatPath, type Path } from '../path.js';
import type { YamlNode } from '../yaml/tree.js';
import { keysBeside, schemasAt } from './known-keys.js';
import { shapeProblems, type ShapeProblem } from './issues.js';

/** What is sound of a document: every part that it holds fits the format, and what does not fit is left out. */
export interface SoundDocument<T> {
  located: LocatedDocument;
  document: Partial<T>;
  /** Whether something was left out at this path or below it. */
  isDamaged(path: Path): boolean;
}

/** Leaving something out can break what held it; each round mends one more level. */
const MOST_ROUNDS = 12;

/** Checks the shape of a document and reports all that does not fit. Null when nothing sound remains. */
export function checkShape<T>(
  root: YamlNode,
  { findings, schema }: { findings: Findings; schema: z.ZodType<T> },
): SoundDocument<T> | null {
  const excluded = new Set<string>();
  const isExcluded = ({ path }: { path: Path }) => excluded.size > 0 && excluded.has(formatPath(path));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const located = new LocatedDocument(root, isExcluded);
    // Parsers that zod writes for a schema pay off only when they are used again and again.
    const parsed = schema.safeParse(located.root, { jitless: true });
    const issues = parsed.error?.issues ?? [];
    const problems = issues.flatMap((issue) =>
      shapeProblems(issue, {
        valueAt: (path) => (path.length === 0 ? located.root : located.follow(path)?.value),
        schemasAt: (path) => schemasAt(schema, located.root, path),
      }),
    );
    // What breaks only because something was left out is no mistake of the author.
    if (round === 0)
      report(withoutFollowUps(problems, { issues, root: located.root, schema }), { located, findings, root });
    const before = excluded.size;
    for (const problem of problems) exclude(problem, { located, excluded });
    if (excluded.size === before) return sound<T>(located, excluded);
  }
  return null;
}

function sound<T>(located: LocatedDocument, excluded: ReadonlySet<string>): SoundDocument<T> | null {
  if (typeof located.root !== 'object' || located.root === null || Array.isArray(located.root)) return null;
  const paths = [...excluded];
  const isDamaged = (path: Path) => {
    const text = formatPath(path);
    return paths.some((out) => out.startsWith(text) && /^($|[.[])/.test(out.slice(text.length)));
  };
  return { located, document: located.root as Partial<T>, isDamaged };
}

/** Leaves out what a problem speaks of; where a key is missing, what should have it. The root always stays. */
function exclude(
  problem: ShapeProblem,
  { located, excluded }: { located: LocatedDocument; excluded: Set<string> },
): void {
  const path = problem.at === 'missing' ? problem.path.slice(0, -1) : problem.path;
  const place = located.follow(path);
  if (place) excluded.add(formatPath(located.pathOf(place.container, place.member)));
}

/** Looking for near names takes time, and no more findings than this are shown. */
const MOST_LOOKED_UP = 100;

/** A key that is misspelt is not missing as well, and a rule about all keys says nothing when one is misspelt. */
function withoutFollowUps(
  problems: ShapeProblem[],
  { issues, root, schema }: { issues: readonly z.core.$ZodIssue[]; root: Json; schema: z.ZodType },
): (ShapeProblem & { near?: string })[] {
  const meant = new Set<string>();
  const misspelt = new Set<string>();
  let looked = 0;
  const told = problems.map((problem) => {
    if (problem.code !== 'graph/unknown-key' || ++looked > MOST_LOOKED_UP) return problem;
    const parent = problem.path.slice(0, -1);
    const keys = keysBeside(schema, root, problem.path);
    const near = closestName(String(problem.path.at(-1)), keys);
    misspelt.add(formatPath(parent));
    if (near !== undefined) meant.add(formatPath([...parent, near]));
    return {
      ...problem,
      suggestion: () => (near === undefined ? allowed(keys) : `did you mean \`${near}\`?`),
    };
  });
  const rules = new Set(
    issues.filter(({ code }) => code === 'custom').map(({ path }) => formatPath(path as Path)),
  );
  return told.filter(({ at, path, code }) => {
    const text = formatPath(path);
    if (at === 'missing') return !meant.has(text);
    return !(code === 'graph/bad-value' && rules.has(text) && misspelt.has(text));
  });
}

const allowed = (keys: readonly string[]): string | undefined =>
  keys.length === 0 ? undefined : `remove it; the keys here are ${keys.join(', ')}`;

function report(
  problems: ShapeProblem[],
  { located, findings, root }: { located: LocatedDocument; findings: Findings; root: YamlNode },
): void {
  for (const problem of problems) {
    const { code, message, suggestion } = problem;
    const spot = spotOf(problem, located, root);
    if (spot) findings.add({ code, message, ...spot, ...(suggestion && { suggestion }) });
  }
}

/**
 * A missing key is told at the key of what lacks it, or at the start of the document. Null for a value that could not be
 * read: that was told already.
 */
function spotOf({ path, at }: ShapeProblem, located: LocatedDocument, root: YamlNode) {
  const target = at === 'missing' ? path.slice(0, -1) : path;
  const place = located.follow(target);
  if (!place)
    return { path: formatPath(path), start: root.start, end: at === 'missing' ? root.start + 1 : root.end };
  const spot = located.place(place.container, place.member);
  if (spot.scalar?.isBroken) return null;
  const prefix = located.pathOf(place.container, place.member);
  const full = formatPath(at === 'missing' ? [...prefix, path.at(-1)!] : prefix);
  // A collection may go on over many lines, and nothing has no place: the key says enough.
  const isShort = at === 'value' && (spot.scalar?.event.valueStart ?? -1) >= 0;
  const { start, end } = spot.key && !isShort ? spot.key : spot;
  return { path: full, start, end: at === 'missing' && !spot.key ? start + 1 : end };
}
