import type { ServerFlags } from '../import/import-cassette.js';

export interface AttributeFlags extends ServerFlags {
  repeats: number;
  tapes: number;
  maxCostUsd?: number;
  concurrency: number;
  seed: number;
  reporter: 'spec' | 'json';
  /** Of a cassette. */
  graph?: string;
  offline?: boolean;
}
