import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { Log } from '../../platform/logging/index.js';
import type { Principal } from '../../platform/http/index.js';
import { ExperimentsService } from '../experiments/index.js';
import { type GraphFile, GraphsService } from '../graphs/index.js';
import { InteropService } from '../interop/index.js';
import { RunsService } from '../runs/index.js';
import { HASTY_REFUND } from './hasty-refund.js';

/** Seen from `src/features/demo` and from `dist/features/demo` alike. */
const fromBackend = (file: string) => new URL(`../../../../${file}`, import.meta.url);
const SAMPLE_GRAPH = fromBackend('cli/examples/refund-agent.yaml');
const SAMPLE_RECORDINGS = fromBackend('engine/fixtures/trajectories/tau-bench-airline/excerpt.json');
const RECORDINGS_NAME = 'tau-bench-airline.json';

const LABEL = 'Sample: every case, twice';

/** Fills a tenant with a sample graph, runs of it and an import, so that every page has something to show. */
@Injectable()
export class DemoService {
  private readonly log: Log;

  constructor(
    private readonly graphs: GraphsService,
    private readonly runs: RunsService,
    private readonly experiments: ExperimentsService,
    private readonly interop: InteropService,
    log: Log,
  ) {
    this.log = log.named('demo');
  }

  /** Does nothing where it has been done before. */
  async seed(tenantId: string): Promise<void> {
    const principal = seeder(tenantId);
    const source = await readSample(SAMPLE_GRAPH);
    const recordings = await readSample(SAMPLE_RECORDINGS);
    const refund = source && { name: 'refund-agent.yaml', source: source.toString('utf8') };
    for (const file of [refund, { name: 'hasty-refund.yaml', source: HASTY_REFUND }])
      if (file) await this.seedGraph(principal, file);
    if (!source) this.log.warn('The sample graph is not part of this installation.');
    if (recordings) await this.seedRecordings(principal, recordings);
    else this.log.warn('The sample recordings are not part of this installation.');
  }

  /** A graph and an experiment of it; the first run of a case stands alone too, as one that somebody started. */
  private async seedGraph(principal: Principal, file: GraphFile): Promise<void> {
    const { answer, created } = await this.graphs.upload(principal, [file]);
    if (!created) return;
    const { name, version, caseIds } = answer.graph;
    const graph = `${name}@${version}`;
    await this.experiments.create(principal, { graph, label: LABEL, repeat: 2, offline: true });
    for (const caseId of caseIds) await this.runs.start(principal, { graph, caseId, offline: true });
  }

  private async seedRecordings(principal: Principal, bytes: Buffer): Promise<void> {
    const file = { field: 'file', name: RECORDINGS_NAME, mediaType: 'application/json', bytes };
    await this.interop.importTrajectories(principal, { file, format: 'tau-bench', graph: undefined });
  }
}

/** Acts for the tenant itself. */
const seeder = (tenantId: string): Principal => ({
  tenantId,
  userId: null,
  apiKey: null,
  role: 'Operator',
  scopes: [],
  isOwner: false,
  expiresAt: null,
});

/** Null when the file is not there, as in an installation without examples. */
async function readSample(file: URL): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
