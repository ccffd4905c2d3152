import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AttributeRequest,
  AttributionEnvelope,
  AttributionView,
  ExperimentView,
} from '@rehearse/contracts';
import { findServer, type ServerAddress } from '../import/local-server.js';
import { callServer } from '../import/server-call.js';
import type { Io } from '../io.js';
import type { AttributeFlags } from './attribute-options.js';
import type { Attributed, Reporting } from './attribute-report.js';

const POLL_MS = 500;

/** Asks the server for the reruns, and watches them to their end. Who stops looking stops them. */
export async function attributeOnServer(
  io: Io,
  { experiment, flags, reporting }: { experiment: string; flags: AttributeFlags; reporting: Reporting },
): Promise<Attributed> {
  const address = await findServer(io, flags);
  const { repeats, tapes, maxCostUsd, concurrency, seed } = flags;
  const body: AttributeRequest = {
    ...{ repeats, tapes, concurrency, seed },
    ...(maxCostUsd !== undefined && { maxCostUsd }),
  };
  const path = `experiments/${experiment}/attribute`;
  let { attribution } = await callServer<AttributionEnvelope>(address, { path, body });
  reporting.planned({ reruns: attribution.progress.total, estimateUsd: attribution.estimateUsd });
  let isOver = attribution.status === 'finished';
  while (!isOver) {
    await sleep(POLL_MS, undefined, io.signal && { signal: io.signal }).catch(() =>
      stop(address, attribution),
    );
    const seen = await callServer<ExperimentView>(address, { path: `experiments/${attribution.id}` });
    reporting.progressed(seen.progress.finished);
    isOver = seen.status === 'finished' || io.signal?.aborted === true;
  }
  ({ attribution } = await callServer<AttributionEnvelope>(address, {
    path: `experiments/${experiment}/attributions/${attribution.id}`,
  }));
  const { estimateUsd, spentUsd, isCutShort, result } = attribution;
  return { of: experiment, repeats, estimateUsd, spentUsd, isCutShort, result };
}

const stop = (address: ServerAddress, { id }: AttributionView): Promise<unknown> =>
  callServer(address, { path: `experiments/${id}/control`, body: { action: 'stop' } });
