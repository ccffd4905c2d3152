/** What is measured of a rung. The operations of a journey, and two spans that only the server's own times tell. */
export const MEASURES = [
  'start run',
  'follow run',
  'read run',
  'read history',
  'queued to started',
  'event to viewer',
  'journey',
] as const;
export type Measure = (typeof MEASURES)[number];

export interface MeasureSummary {
  count: number;
  failed: number;
  /** Of those that did not fail; null when none did not. */
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
}

export interface RungSummary {
  users: number;
  durationMs: number;
  /** Journeys that went well, of all that were begun; null when none was. */
  successRate: number | null;
  errorRate: number | null;
  requestsPerSecond: number;
  runsPerSecond: number;
  eventsSeen: number;
  measures: Partial<Record<Measure, MeasureSummary>>;
  /** What went wrong, by what was said, most often first. */
  errors: { message: string; count: number }[];
}

const REQUESTS: readonly Measure[] = ['start run', 'read run', 'read history'];

/** Counts what the users of one rung see. */
export class LoadTally {
  readonly #times = new Map<Measure, number[]>();
  readonly #failed = new Map<Measure, number>();
  readonly #errors = new Map<string, number>();
  #events = 0;

  took(measure: Measure, durationMs: number): void {
    const times = this.#times.get(measure);
    if (times) times.push(durationMs);
    else this.#times.set(measure, [durationMs]);
  }

  failed(measure: Measure, message: string): void {
    this.#failed.set(measure, (this.#failed.get(measure) ?? 0) + 1);
    this.#errors.set(message, (this.#errors.get(message) ?? 0) + 1);
  }

  sawEvents(count: number): void {
    this.#events += count;
  }

  summary({ users, durationMs }: { users: number; durationMs: number }): RungSummary {
    const journeys = this.#summaryOf('journey');
    const measures = MEASURES.map((name) => [name, this.#summaryOf(name)] as const);
    const share = journeys && journeys.failed / journeys.count;
    const perSecond = (names: readonly Measure[]): number =>
      names.reduce((sum, name) => sum + (this.#times.get(name)?.length ?? 0), 0) / (durationMs / 1_000);
    return {
      ...{ users, durationMs: Math.round(durationMs) },
      successRate: share === null ? null : 1 - share,
      errorRate: share,
      requestsPerSecond: rounded(perSecond(REQUESTS)),
      runsPerSecond: rounded(perSecond(['journey'])),
      eventsSeen: this.#events,
      measures: Object.fromEntries(measures.filter(([, summary]) => summary !== null)),
      errors: [...this.#errors]
        .map(([message, count]) => ({ message, count }))
        .sort((a, b) => b.count - a.count),
    };
  }

  #summaryOf(measure: Measure): MeasureSummary | null {
    const times = Float64Array.from(this.#times.get(measure) ?? []).sort();
    const failed = this.#failed.get(measure) ?? 0;
    if (times.length + failed === 0) return null;
    const at = (share: number) => rounded(nearestRank(times, share));
    return {
      ...{ count: times.length + failed, failed },
      ...{ p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) },
    };
  }
}

/** The smallest value that at least this share of the values does not exceed; null of none. */
export function nearestRank(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** To a thousandth: the clock tells no more. */
function rounded<Value extends number | null>(value: Value): Value {
  return (value === null ? null : Math.round(value * 1_000) / 1_000) as Value;
}
