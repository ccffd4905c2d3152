import type { Io } from '../io.js';

export interface StartFlags {
  demo?: boolean;
  port?: number;
  host?: string;
}

/** `rehearse start`: stays until a signal ends it. */
export const startCommand = (io: Io, { demo = false, ...flags }: StartFlags): Promise<number> =>
  runAs(io, { demo }, flags);

/** `rehearse worker`: drives runs of the database that DATABASE_URL names, until a signal ends it. */
export const workerCommand = (io: Io, flags: Omit<StartFlags, 'demo'>): Promise<number> =>
  runAs(io, { role: 'worker' }, flags);

async function runAs(
  { env, cwd }: Io,
  role: { demo: boolean } | { role: 'worker' },
  { port, host }: Omit<StartFlags, 'demo'>,
): Promise<number> {
  const { runServer } = await import('@rehearse/server');
  const flags = { ...(port !== undefined && { port }), ...(host !== undefined && { host }) };
  return runServer({ ...role, flags, env: { ...env }, cwd });
}
