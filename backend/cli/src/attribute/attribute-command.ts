import { nodeSha256 } from '@rehearse/adapters';
import type { Attribution } from '@rehearse/contracts';
import { useSha256 } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import type { AttributeFlags } from './attribute-options.js';
import { reportingFor } from './attribute-report.js';

const EXPERIMENT = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** `rehearse attribute`: of an experiment on a server, or of a cassette in this process. */
export async function attributeCommand(io: Io, experiment: string, flags: AttributeFlags): Promise<number> {
  useSha256(nodeSha256);
  const isOnServer = EXPERIMENT.test(experiment);
  refuseStray(flags, isOnServer);
  const reporting = reportingFor(io, flags);
  const attributed = isOnServer
    ? await (await import('./attribute-server.js')).attributeOnServer(io, { experiment, flags, reporting })
    : await (
        await import('./attribute-cassette.js')
      ).attributeCassette(io, { file: experiment, flags, reporting });
  const exitCode = exitCodeOf(attributed.result);
  reporting.done(attributed, exitCode);
  return exitCode;
}

/** A flag that means nothing here would be passed over in silence. */
function refuseStray(flags: AttributeFlags, isOnServer: boolean): void {
  const foreign = isOnServer ? (['graph', 'offline'] as const) : (['url', 'token'] as const);
  const stray = foreign.find((flag) => flags[flag] !== undefined);
  if (stray === undefined) return;
  throw new CliError({
    code: 'attribution/usage',
    message: `--${stray} means nothing for ${isOnServer ? 'an experiment of the server' : 'a cassette'}`,
    hint: 'See `rehearse attribute --help`.',
  });
}

const exitCodeOf = ({ flakes }: Attribution): number => (flakes === null ? EXIT.errored : EXIT.ok);
