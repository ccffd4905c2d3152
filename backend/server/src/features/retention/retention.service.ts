import type { RetentionPreview, RetentionRules, RetentionView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/index.js';
import { RetentionRepository } from './retention.repository.js';

/** How long a tenant keeps its runs. */
@Injectable()
export class RetentionService {
  constructor(private readonly retention: RetentionRepository) {}

  rules({ tenantId }: Principal): Promise<RetentionView> {
    return this.retention.rules(tenantId);
  }

  async set({ tenantId, userId }: Principal, rules: RetentionRules): Promise<RetentionView> {
    await this.retention.set(tenantId, { rules, by: userId });
    return this.retention.rules(tenantId);
  }

  preview({ tenantId }: Principal, rules: RetentionRules): Promise<RetentionPreview> {
    return this.retention.preview(tenantId, rules);
  }
}
