import type { Answer, Ports, ScriptAsk } from '@rehearse/engine';
import type { Sandbox, SandboxOptions } from './sandbox.js';

export interface ScriptPortOptions extends SandboxOptions {
  /** Whether programs that authors of graphs write may run here; our own parsers do in any case. */
  allowsJavaScript: boolean;
}

export type ScriptPort = Ports['script'] & {
  /** Starts the process before anything is asked of it, because it takes as long to start as a program does. */
  warmUp(): Promise<void>;
  close(): void;
};

/** Where assertions have things worked out: one process for all runs, started when the first asks. */
export function scriptPort({ allowsJavaScript, ...options }: ScriptPortOptions): ScriptPort {
  let sandbox: Promise<Sandbox> | undefined;
  const started = () => (sandbox ??= import('./sandbox.js').then(({ newSandbox }) => newSandbox(options)));
  return {
    run: async (ask: ScriptAsk, signal) =>
      ask.language === 'javascript' && !allowsJavaScript ? NOT_ALLOWED : (await started()).run(ask, signal),
    warmUp: async () => (await started()).warmUp(),
    close: () => void sandbox?.then((open) => open.close()),
  };
}

const NOT_ALLOWED: Answer = {
  ok: false,
  error: {
    code: 'sandbox/not-allowed',
    message:
      'JavaScript assertions are off here; an Admin allows them with REHEARSE_JAVASCRIPT_ASSERTIONS=true',
    category: 'policy',
  },
};
