import { DEFAULT_PAGE, type PageQuery, type SuiteView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_NAME, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/principal.js';
import { parseGraphReference } from './graph-reference.js';
import { type ExecutableGraph, GraphsService } from './graphs.service.js';
import { SuitesRepository } from './suites.repository.js';

/** A suite whose graphs are ready to run, with its settings. */
export interface ExecutableSuite {
  view: SuiteView;
  graphs: ExecutableGraph[];
}

@Injectable()
export class SuitesService {
  constructor(
    private readonly suites: SuitesRepository,
    private readonly graphs: GraphsService,
  ) {}

  async list({ tenantId }: Principal, { limit = DEFAULT_PAGE, cursor }: PageQuery) {
    const [afterName] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_NAME]);
    const rows = await this.suites.list(tenantId, { afterName, limit });
    return pageOf(rows, { limit, cursor: ({ name }) => [name] });
  }

  async get({ tenantId }: Pick<Principal, 'tenantId'>, reference: string): Promise<SuiteView> {
    return (await this.find(tenantId, reference)).view;
  }

  async executable(tenantId: string, reference: string): Promise<ExecutableSuite> {
    const { view, graphs } = await this.find(tenantId, reference);
    const ready: ExecutableGraph[] = [];
    for (const versionId of graphs) ready.push(await this.graphs.executableVersion(tenantId, versionId));
    return { view, graphs: ready };
  }

  private async find(tenantId: string, reference: string) {
    const parsed = parseGraphReference(reference);
    const stored = parsed && (await this.suites.find(tenantId, parsed));
    if (!stored) throw new AppError('suite/not-found', 'No suite has this id, name or version.');
    return stored;
  }
}
