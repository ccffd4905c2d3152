import type { ServerFlags } from '../import/import-cassette.js';

/** As the command line gives them; times in seconds and milliseconds, as their names say. */
export interface LoadFlags extends ServerFlags {
  users: number;
  duration: number;
  rampUp: number;
  thinkMs: number;
  viewers: number;
  reads: number;
  ladder?: number[];
  minSuccess: number;
  graph?: string;
  vars?: string;
  reporter: 'spec' | 'json';
  output?: string;
}

/** What every user of a rung does, over and over. */
export interface Journey {
  /** The name of the graph that is run. */
  graph: string;
  vars: Record<string, unknown>;
  /** How many viewers follow each run. */
  viewers: number;
  /** How often the run and the history are read while it goes on. */
  reads: number;
  thinkMs: number;
}
