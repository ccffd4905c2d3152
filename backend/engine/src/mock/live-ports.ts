import type { JournalTarget } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import type { Clock, Ports } from '../ports.js';
import { mockEmbed } from './mock-embed.js';
import { mockModel } from './mock-model.js';
import { mockTool } from './mock-tool.js';

interface LivePortsOptions {
  graph: CompiledGraph;
  seed: number;
  clock: Clock;
  /** Mock targets only, so that nothing is spent because a key happens to be set. */
  offline?: boolean;
  /** Who decides; nobody by default. */
  human?: Ports['human'];
  /** Where the programs of assertions run; nowhere by default. */
  script?: Ports['script'];
}

/** Without a sandbox no program runs. */
const NO_SANDBOX: Ports['script'] = {
  run: async () => ({
    ok: false,
    error: { code: 'sandbox/not-available', message: 'there is no sandbox here', category: 'policy' },
  }),
};

const NOBODY: Ports['human'] = { ask: async () => null };

/** The ports of a run whose models and tools are the mocks of its graph. */
export function livePorts(options: LivePortsOptions): Ports {
  const { clock } = options;
  return {
    clock,
    model: { unavailable: (target) => unavailable(target, options), call: mockModel(options) },
    embed: { call: mockEmbed },
    script: options.script ?? NO_SANDBOX,
    tool: { call: mockTool(options) },
    human: options.human ?? NOBODY,
  };
}

function unavailable(target: JournalTarget, { offline }: LivePortsOptions): string | null {
  if (target.provider === 'mock') return null;
  return offline ? 'offline' : 'not_configured';
}
