import { Injectable } from '@nestjs/common';
import type { ReadyView } from '@rehearse/contracts';
import { Lifecycle } from './lifecycle.js';

/** What the database says of itself: reachable, and migrated as far as this version needs. */
export interface DatabaseProbe {
  check(): Promise<{ database: boolean; migrations: boolean }>;
}

const PATIENCE_MS = 2_000;

/** Whether requests are taken. A database that does not answer at once counts as away. */
@Injectable()
export class Readiness {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly probe: DatabaseProbe,
  ) {}

  async check(): Promise<ReadyView> {
    const { database, migrations } = await this.askDatabase();
    const checks = { database, migrations, notDraining: !this.lifecycle.isDraining };
    return { ready: Object.values(checks).every(Boolean), checks };
  }

  private async askDatabase(): Promise<{ database: boolean; migrations: boolean }> {
    const away = { database: false, migrations: false };
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<typeof away>((resolve) => {
      timer = setTimeout(() => resolve(away), PATIENCE_MS);
    });
    try {
      return await Promise.race([this.probe.check(), patience]);
    } catch {
      return away;
    } finally {
      clearTimeout(timer);
    }
  }
}
