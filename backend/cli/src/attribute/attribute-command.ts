import { nodeSha256 } from '@rehearse/adapters';
import type { Attribution } from '@rehearse/contracts';
import { useSha256 } from '@rehearse/engine';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import type { AttributeFlags } from './attribute-options.js';
import { reportingFor } from './attribute-report.js';

const EXPERIMENT = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** `rehearse attribute`: of an experiment on a server, or of a cassette in this process. */
export async function attributeCommand(io: Io, experiment: string, flags: AttributeFlags): Promise<number> {
  useSha256(nodeSha256);
  const reporting = reportingFor(io, flags);
  const attributed = EXPERIMENT.test(experiment)
    ? await (await import('./attribute-server.js')).attributeOnServer(io, { experiment, flags, reporting })
    : await (
        await import('./attribute-cassette.js')
      ).attributeCassette(io, { file: experiment, flags, reporting });
  const exitCode = exitCodeOf(attributed.result);
  reporting.done(attributed, exitCode);
  return exitCode;
}

const exitCodeOf = ({ flakes }: Attribution): number => (flakes === null ? EXIT.errored : EXIT.ok);
