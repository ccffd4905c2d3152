import type { RunReport } from './run-report.js';

/** A rule of a profile of chaos that hit no call of any run. */
export interface IdleRule {
  /** `flaky-tools[0]` */
  rule: string;
  fault: string;
  on: string;
  graph: string;
}

/** Looks for rules that never hit: what such a rule was written for has not been tested. */
export function idleRules() {
  const asked = new Map<string, IdleRule>();
  const hit = new Set<string>();
  return {
    add({ task, chaos, faults }: Pick<RunReport, 'task' | 'chaos' | 'faults'>): void {
      if (chaos === null) return;
      const { name, chaos: profiles } = task.loaded.graph;
      for (const { id, spec } of profiles.get(chaos) ?? [])
        asked.set(`${name} ${id}`, { rule: id, fault: spec.fault, on: spec.on, graph: name });
      for (const { rule } of faults) hit.add(`${name} ${rule}`);
    },
    list: (): readonly IdleRule[] => [...asked].filter(([key]) => !hit.has(key)).map(([, rule]) => rule),
  };
}
