import type { StepStatus, StepView } from '@rehearse/contracts';
import { plural } from '../../ui/format.js';

/** A step with those that ran inside of it. */
export interface StepBranch {
  step: StepView;
  /** One for each item or iteration; a single one without a name where there is neither. */
  groups: StepGroup[];
}
export interface StepGroup {
  /** `each/item[2]`: what opens it. */
  key: string;
  /** `Item 2`; null for what is not repeated. */
  name: string | null;
  branches: StepBranch[];
}

const LAST_NODE = /^(?<around>.+?)(?<marks>(?:\/(?:item|iter)\[\d+\])*)\/[^/]+$/;

/** Where a step stands: the key of the step around it, and in which of its items or iterations. */
function placeOf(key: string): { around: string; group: string; name: string | null } | null {
  const { around, marks = '' } = LAST_NODE.exec(key)?.groups ?? {};
  if (around === undefined) return null;
  const names = [...marks.matchAll(/\/(item|iter)\[(\d+)\]/g)].map(
    ([, kind, number]) => `${kind === 'item' ? 'item' : 'iteration'} ${number}`,
  );
  const name = names.join(', ');
  return { around, group: around + marks, name: name && name.charAt(0).toUpperCase() + name.slice(1) };
}

/** The steps under the steps that hold them, each level in the order in which its steps began. */
export function treeOf(steps: readonly StepView[]): StepBranch[] {
  const branches = new Map(steps.map((step): [string, StepBranch] => [step.key, { step, groups: [] }]));
  const roots: StepBranch[] = [];
  for (const branch of branches.values()) {
    const place = placeOf(branch.step.key);
    const holder = place && branches.get(place.around);
    if (!place || !holder) roots.push(branch);
    else groupOf(holder, { key: place.group, name: place.name || null }).branches.push(branch);
  }
  for (const { groups } of branches.values()) groups.sort((a, b) => numbersOf(a.key) - numbersOf(b.key));
  return roots;
}

function groupOf(holder: StepBranch, { key, name }: Pick<StepGroup, 'key' | 'name'>): StepGroup {
  const found = holder.groups.find((group) => group.key === key);
  if (found) return found;
  const group = { key, name, branches: [] };
  holder.groups.push(group);
  return group;
}

/** The last number of a key: items that run side by side begin in any order. */
const numbersOf = (key: string): number => Number(/\[(\d+)\]$/.exec(key)?.[1] ?? 0);

/** The worst that became of steps: what runs, else what is errored, canceled, finished or skipped. */
export function statusOf(branches: readonly StepBranch[]): StepStatus {
  const all = branches.map(({ step }) => step.status);
  return (
    (['running', 'errored', 'canceled', 'finished'] as const).find((status) => all.includes(status)) ??
    'skipped'
  );
}

/** `3 items, 1 errored`: what is inside of a step, in short. */
export function insideOf({ groups }: StepBranch): string {
  if (groups.length === 0) return '';
  const [first] = groups;
  const word = first?.name?.startsWith('Iteration') ? 'iteration' : 'item';
  const size = first?.name ? plural(groups.length, word) : plural(first?.branches.length ?? 0, 'step');
  const ends = first?.name
    ? groups.map(({ branches }) => statusOf(branches))
    : (first?.branches ?? []).map(({ step }) => step.status);
  const errored = ends.filter((status) => status === 'errored').length;
  return errored > 0 ? `${size}, ${errored} errored` : size;
}

/** The key that `?node=` opens: a step, a group of steps, or the first step of that node. */
export function openKey(steps: readonly StepView[], node: string | undefined): string | undefined {
  if (node === undefined) return steps.length === 1 ? steps[0]?.key : undefined;
  if (steps.some(({ key }) => key === node || key.startsWith(`${node}/`))) return node;
  return steps.find((step) => step.node === node)?.key;
}

/** Whether a place is open: it, or something in it, is named. */
export const isWithin = (open: string | undefined, key: string): boolean =>
  open === key || (open?.startsWith(`${key}/`) ?? false);

/** Who talks with a persona has said all of a conversation; the persona itself only its own part. */
export const speakerOf = ({ step, groups }: StepBranch): StepView =>
  (step.type === 'conversation' && groups[0]?.branches[0]?.step) || step;

const TALKS: ReadonlySet<string> = new Set(['conversation', 'agent', 'llm']);

/** The step whose conversation a run is known by: that of a persona first, else the first that talks. */
export function speakerIn(steps: readonly StepView[]): StepView | undefined {
  const talking = treeOf(steps).filter(({ step }) => TALKS.has(step.type));
  const branch = talking.find(({ step }) => step.type === 'conversation') ?? talking[0];
  return branch && speakerOf(branch);
}
