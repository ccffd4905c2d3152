import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Principal, principalKey } from '../../platform/http/principal.js';
import { Authenticator } from './authenticator.js';
import { Revocations } from './revocations.js';

export interface Attendee {
  principal: Principal;
  /** What the principal came in with. */
  credential: string;
  end(): void;
}

/** Longer timers fire at once in Node. */
const MAX_TIMER_MS = 2_147_483_647;
/** For what was taken back by a process whose notice was lost. */
const ROUND_MS = 30_000;

/** Who stays connected: sockets and streams live no longer than the proof they came with. */
@Injectable()
export class Attendance implements OnApplicationShutdown {
  private readonly attendees = new Set<Attendee>();
  private readonly rounds = setInterval(() => void this.check(null), ROUND_MS).unref();

  constructor(
    private readonly authenticator: Authenticator,
    revocations: Revocations,
  ) {
    revocations.onRevoked((who) => void this.check(who));
  }

  /** Ends it with its proof, whether that runs out or is taken back; the returned function is for who leaves before. */
  attend(attendee: Attendee): () => void {
    const { expiresAt } = attendee.principal;
    const leftMs = Math.min(MAX_TIMER_MS, Math.max(0, (expiresAt ?? Infinity) - Date.now()));
    const expiry = expiresAt === null ? undefined : setTimeout(() => attendee.end(), leftMs).unref();
    this.attendees.add(attendee);
    return () => {
      clearTimeout(expiry);
      this.attendees.delete(attendee);
    };
  }

  onApplicationShutdown(): void {
    clearInterval(this.rounds);
  }

  /** Many come with one proof: it is checked once. */
  private async check(who: string | null): Promise<void> {
    const concerned = [...this.attendees].filter(
      ({ principal }) => who === null || principalKey(principal) === who,
    );
    for (const [credential, attendees] of Map.groupBy(concerned, (attendee) => attendee.credential)) {
      // A database that does not answer proves nothing; the next round asks again.
      const holds = await this.authenticator.authenticate(credential).catch(() => true);
      if (!holds) for (const attendee of attendees) attendee.end();
    }
  }
}
