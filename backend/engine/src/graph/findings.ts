import type { Diagnostic } from '@rehearse/contracts';
import type { Lines } from './yaml/lines.js';

/** What is found at two offsets of the source. */
export interface Finding {
  code: string;
  severity?: Diagnostic['severity'];
  message: string;
  path: string;
  start: number;
  end: number;
  /** Asked for only while few findings were made: looking for a near name takes time. */
  suggestion?: string | (() => string | undefined);
}

/** More than this many problems help nobody. */
const MOST = 100;

/** Collects what is wrong with a document; answers it in the order of the source. */
export class Findings {
  readonly #found: { start: number; diagnostic: Diagnostic }[] = [];
  readonly #seen = new Set<string>();
  #left = 0;
  #hasErrors = false;

  constructor(readonly lines: Lines) {}

  get hasErrors(): boolean {
    return this.#hasErrors;
  }

  add(finding: Finding): void {
    const { code, severity = 'error', message, path, start, end } = finding;
    if (severity === 'error') this.#hasErrors = true;
    const identity = `${code} ${start} ${message}`;
    if (this.#seen.has(identity)) return;
    if (this.#found.length >= MOST) return void this.#left++;
    this.#seen.add(identity);
    const { suggestion: given } = finding;
    const suggestion = typeof given === 'function' ? given() : given;
    const range = this.lines.range(start, end);
    const found = {
      code,
      severity,
      message,
      path,
      ...range,
      ...(suggestion !== undefined && { suggestion }),
    };
    this.#found.push({ start, diagnostic: found });
  }

  /** Findings about something that stands elsewhere: told here at one place, and where it stands in words. */
  elsewhere({ path, start, end }: Pick<Finding, 'path' | 'start' | 'end'>, where: () => string): Findings {
    const findings = new Findings(this.lines);
    findings.add = (finding) =>
      this.add({ ...finding, message: `${where()}: ${finding.message}`, path, start, end });
    return findings;
  }

  all(): Diagnostic[] {
    const sorted = this.#found.toSorted((left, right) => left.start - right.start);
    const diagnostics = sorted.map(({ diagnostic }) => diagnostic);
    return this.#left === 0 ? diagnostics : [...diagnostics, this.#more()];
  }

  #more(): Diagnostic {
    const end = this.lines.source.length;
    const message = `${this.#left} more ${this.#left === 1 ? 'problem is' : 'problems are'} not shown`;
    const suggestion = 'mend those above first';
    const severity = this.#hasErrors ? 'error' : 'warning';
    return {
      code: 'graph/more-problems',
      severity,
      message,
      path: '',
      ...this.lines.range(end, end),
      suggestion,
    };
  }
}
