import path from 'node:path';
import type { CassetteImportAnswer, ImportAnswer, TrajectoryFormat } from '@rehearse/contracts';
import type { ServerAddress } from './local-server.js';
import { callServer } from './server-call.js';

interface Upload {
  file: string;
  text: string;
  format: TrajectoryFormat;
  graph?: { file: string; source: string };
}

/** Of conversations. */
export const OTHERWISE = 'write a cassette with --output <dir>';
const HINT = `Start one with \`rehearse start\`, or ${OTHERWISE}.`;

/** Hands recordings to the server; the same file twice gives the experiment of the first time. */
export async function upload(
  address: ServerAddress,
  { file, text, format, graph }: Upload,
): Promise<ImportAnswer> {
  const form = new FormData();
  form.set('format', format);
  form.set('file', new Blob([text], { type: 'application/json' }), path.basename(file));
  if (graph)
    form.set('graph', new Blob([graph.source], { type: 'application/yaml' }), path.basename(graph.file));
  return callServer<ImportAnswer>(address, { path: 'import/trajectories', body: form, hint: HINT });
}

/** The runs of a cassette, stored on the server. */
export const uploadCassette = (address: ServerAddress, text: string): Promise<CassetteImportAnswer> =>
  callServer(address, {
    path: 'runs/import',
    body: new Blob([text], { type: 'application/x-ndjson' }),
  });
