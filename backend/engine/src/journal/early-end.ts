import type { EndReason, JournalEvent } from '@rehearse/contracts';
import { VERDICT_LANE } from './digest.js';
import { laneAround, laneOf } from './keys.js';
import type { LaneNeeds } from './lanes.js';

interface Ended {
  events: readonly JournalEvent[];
  reason: EndReason;
  laneNeeds: LaneNeeds;
}

/**
 * What the verdict digest covers when a node ends a run early; null for all of it. How far judges and other branches are
 * by then is chance, so it covers what asked nobody, and where something may run beside the node only the results of
 * nodes in its causal past, and the contract that ended the run.
 */
export function coverOf({
  events,
  reason,
  laneNeeds,
}: Ended): ((event: JournalEvent<'assertion.evaluated' | 'contract.violated'>) => boolean) | null {
  const { kind, node, message } = reason;
  if (kind === 'completed' || node === undefined || !laneNeeds.hasBeside) return null;
  const isPast = laneNeeds.hasBeside(node) ? pastOf(node, laneNeeds) : () => true;
  const asking = askingIn(events);
  return (event) => {
    if (kind === 'contract' && event.type === 'contract.violated' && event.data.id === message) return true;
    return isPast(ownerOf(event)) && event.inDigest === undefined && !asking.has(event.key);
  };
}

/** Which lanes are complete, or as far as they are in every run, when the last event of a lane happens. */
function pastOf(lane: string, laneNeeds: LaneNeeds): (owner: Owner | null) => boolean {
  const reached = new Set<string>();
  const whole: string[] = [];
  const reach = (at: string, isWhole: boolean): void => {
    if (reached.has(at)) return;
    reached.add(at);
    if (isWhole) whole.push(at);
    const around = laneAround(at);
    for (const need of laneNeeds(at)) reach(need, need !== around);
  };
  reach(lane, true);
  const isWhole = (owner: string) => whole.some((one) => owner === one || owner.startsWith(`${one}/`));
  return (owner) => owner !== null && (isWhole(owner.lane) || (!owner.isAtEnd && reached.has(owner.lane)));
}

interface Owner {
  lane: string;
  /** Told only when all that is in the node has settled. */
  isAtEnd?: boolean;
}

const BUILT_IN = /^(?:output|max-turns|max-iterations)\/(.+)$/;
const OF_THE_RUN = /^(?:chaos-recovers\/|tools\.[^.]+\.returns$)/;

/** The node that a result is of, by its key; null for what is told of the run as a whole. */
export function ownerOf({
  type,
  key,
  data,
}: JournalEvent<'assertion.evaluated' | 'contract.violated'>): Owner | null {
  if (key.startsWith('contract/')) return ownerOfRule(key.slice('contract/'.length));
  const node = type === 'assertion.evaluated' && 'node' in data ? data.node : undefined;
  if (node === undefined) return null;
  const parts = key.split('/');
  const at = parts.findLastIndex((part) => part.split('.')[0] === node);
  return at < 0 ? null : { lane: laneOf([...parts.slice(0, at), node].join('/')) };
}

function ownerOfRule(rule: string): Owner | null {
  if (OF_THE_RUN.test(rule)) return null;
  const dot = rule.indexOf('.');
  if (dot >= 0) {
    // A contract of a graph within the graph, or what a tool returned there, is complete with that graph.
    const isAtEnd = /^(?:contracts|tools)\./.test(rule.slice(dot + 1));
    return { lane: laneOf(rule.slice(0, dot)), isAtEnd };
  }
  const builtIn = BUILT_IN.exec(rule)?.[1];
  return builtIn === undefined ? null : { lane: laneOf(builtIn) };
}

/** The assertions that asked a judge: whether it answered in time is chance. */
function askingIn(events: readonly JournalEvent[]): ReadonlySet<string> {
  const asking = new Set<string>();
  for (const { lane, type, key } of events) {
    if (lane !== VERDICT_LANE || type !== 'model.requested') continue;
    const own = key.slice(0, key.lastIndexOf('/turn['));
    asking.add(own).add(own.replace(/\.assert\[\d+\]$/, ''));
  }
  return asking;
}
