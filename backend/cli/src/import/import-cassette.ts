import { EXIT } from '../exit-codes.js';
import { readText } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { findServer } from './local-server.js';
import { uploadCassette } from './upload.js';

export interface ServerFlags {
  url?: string;
  token?: string;
}

/** `rehearse import cassette`: the runs of a cassette into the running server, which checks every link of their chains. */
export async function importCassette(io: Io, file: string, flags: ServerFlags): Promise<number> {
  const text = await readText(io, file);
  const address = await findServer(io, flags);
  const { runs } = await uploadCassette(address, text);
  const paint = paintFor(io.stdout, io);
  io.stdout.write(`${paint('bold', count(runs.length, 'run'))} imported\n`);
  for (const { id, graph, caseId, verdict } of runs)
    io.stdout.write(
      `  ${graph}${caseId === null ? '' : ` ${caseId}`}  ${verdict ?? ''}  ${paint('cyan', `${address.url}/runs/${id}`)}\n`,
    );
  return EXIT.ok;
}
