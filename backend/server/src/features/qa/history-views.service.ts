import type { HistoryView, SaveHistoryViewRequest } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { newId } from '../../platform/ids.js';
import { WRITERS } from '../access/index.js';
import { type HistoryViewRecord, HistoryViewsRepository } from './history-views.repository.js';

/** Filters of the history that people keep, each their own, and those that they share. */
@Injectable()
export class HistoryViewsService {
  constructor(private readonly views: HistoryViewsRepository) {}

  async list({ tenantId, userId }: Principal): Promise<{ items: HistoryView[] }> {
    const records = await this.views.list(tenantId, userId);
    return { items: records.map((record) => viewOf(record, userId)) };
  }

  async save(principal: Principal, request: SaveHistoryViewRequest): Promise<HistoryView> {
    const userId = requireUser(principal);
    if (request.shared && !WRITERS.some((role) => role === principal.role))
      throw new AppError('access/forbidden', `Views are shared by ${WRITERS.join(' and ')}.`);
    const { tenantId } = principal;
    const id = await this.views.insert(tenantId, { id: newId(), userId, ...request });
    if (id === null)
      throw new AppError('view/name-taken', `You have a view named ${request.name}; delete it first.`, {
        errors: [{ path: 'name', message: 'you have a view of this name' }],
      });
    const { items } = await this.list(principal);
    return items.find((view) => view.id === id)!;
  }

  /** Somebody’s own; what others share goes by an Admin’s hand alone, and what they do not is not there. */
  async remove(principal: Principal, id: string): Promise<void> {
    const { tenantId, role } = principal;
    const found = await this.views.find(tenantId, id);
    const isOwn = found !== null && found.userId === principal.userId;
    if (!found || (!isOwn && !found.shared))
      throw new AppError('view/not-found', 'You have no view with this id.');
    requireUser(principal);
    if (!isOwn && role !== 'Admin')
      throw new AppError('access/forbidden', 'The view is somebody else’s; an Admin may delete it.');
    await this.views.remove(tenantId, id);
  }
}

function requireUser({ userId }: Principal): string {
  if (userId !== null) return userId;
  throw new AppError('view/needs-a-user', 'A view is kept for a person; an API key has none.');
}

const viewOf = ({ userId: owner, ...view }: HistoryViewRecord, userId: string | null): HistoryView => ({
  ...view,
  isOwn: owner === userId,
});
