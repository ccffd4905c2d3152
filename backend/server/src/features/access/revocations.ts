import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { z } from 'zod';
import { TenantDatabase } from '../../platform/database/index.js';
import { Log } from '../../platform/logging/index.js';
import { jsonOrNull } from '../../platform/json-or-null.js';

const Message = z.object({ revoked: z.string() });

/** Whose proofs ended; null: of anybody, since something may have been missed. */
type Listener = (who: string | null) => void;

/** Tells this process at once, and the others by a notice, that somebody's proofs do not hold any more. */
@Injectable()
export class Revocations implements OnApplicationBootstrap {
  private readonly listeners: Listener[] = [];
  private readonly log: Log;

  constructor(
    private readonly database: TenantDatabase,
    log: Log,
  ) {
    this.log = log.named('access');
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.database.notices.listen({
      heard: (payload) => this.heard(payload),
      missed: () => this.tell(null),
    });
  }

  /** They are called in the order they came in. */
  onRevoked(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** `who` is a `principalKey`; to be called when what ended the proofs is durable. */
  revoke(who: string): void {
    this.tell(who);
    this.database.notices
      .say([JSON.stringify({ revoked: who })])
      // The others learn it within the life of what they remember, and by their rounds.
      .catch((error: unknown) => this.log.debug('a notice was lost', { error }));
  }

  private heard(payload: string): void {
    const message = Message.safeParse(jsonOrNull(payload));
    if (message.success) this.tell(message.data.revoked);
  }

  private tell(who: string | null): void {
    for (const listener of this.listeners) listener(who);
  }
}
