import type { Io } from '../io.js';

export interface StartFlags {
  demo?: boolean;
  port?: number;
  host?: string;
}

/** `rehearse start`: stays until a signal ends it. */
export async function startCommand(
  { env, cwd }: Io,
  { demo = false, port, host }: StartFlags,
): Promise<number> {
  const { runServer } = await import('@rehearse/server');
  const flags = { ...(port !== undefined && { port }), ...(host !== undefined && { host }) };
  return runServer({ demo, flags, env: { ...env }, cwd });
}
