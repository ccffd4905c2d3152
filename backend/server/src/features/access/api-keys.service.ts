import type { CreateApiKeyRequest, CreatedApiKey, PageQuery } from '@rehearse/contracts';
import { DEFAULT_PAGE, SCOPES } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_ID, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import { type Principal, apiKeyKey } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { Revocations } from './revocations.js';
import { hashOf, makeApiKey, prefixOf } from './secrets.js';

/** Keys for machines. Only their hash is kept. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly revocations: Revocations,
  ) {}

  async create(
    { tenantId, userId }: Pick<Principal, 'tenantId' | 'userId'>,
    request: CreateApiKeyRequest,
  ): Promise<CreatedApiKey & { key: string }> {
    const { name, scopes = SCOPES, expiresAt } = request;
    if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now())
      throw new AppError('request/invalid', 'expiresAt: must be in the future', {
        errors: [{ path: 'expiresAt', message: 'must be in the future' }],
      });
    const id = newId();
    const key = makeApiKey(id);
    const view = await this.repository.create(tenantId, {
      id,
      name,
      scopes,
      hash: hashOf(key),
      prefix: prefixOf(key),
      createdBy: userId,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
    });
    return { ...view, key };
  }

  async list(tenantId: string, { cursor, limit = DEFAULT_PAGE }: PageQuery) {
    const [beforeId] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_ID]);
    const keys = await this.repository.list(tenantId, { beforeId, limit });
    return pageOf(keys, { limit, cursor: ({ id }) => [id] });
  }

  async revoke(tenantId: string, id: string): Promise<void> {
    const isRevoked = await this.repository.revoke(tenantId, id);
    if (!isRevoked) throw keyNotFound(id);
    this.revocations.revoke(apiKeyKey(id));
  }
}

export const keyNotFound = (id: string) => new AppError('access/key-not-found', `There is no API key ${id}.`);
