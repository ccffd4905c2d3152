import type { ServerFlags } from '../import/import-cassette.js';

/** As the server takes them; its contracts are too much to load before a command is chosen. */
export const MOST_REPEATS = 100;

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
