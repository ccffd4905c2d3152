import { Injectable } from '@nestjs/common';
import { hash, verify, type Options } from '@node-rs/argon2';

/** argon2id, the library's default kind; RFC 9106 has 64 MiB and three passes for where memory is dear. */
const COST: Options = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };
/** Each takes 64 MiB, so a flood of logins waits in a line instead of taking all memory. */
const AT_ONCE = 4;

/** Hashes and checks passwords. */
@Injectable()
export class Passwords {
  private active = 0;
  private readonly line: (() => void)[] = [];
  private decoy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, COST));
  }

  /** Takes the same time for a user who does not exist, so that the time says nothing of who does. */
  async matches(password: string, stored: string | null): Promise<boolean> {
    this.decoy ??= this.hash('no one has this password');
    const against = stored ?? (await this.decoy);
    const isRight = await this.inTurn(() => verify(against, password));
    return isRight && stored !== null;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.active >= AT_ONCE) await new Promise<void>((resolve) => this.line.push(resolve));
    else this.active += 1;
    try {
      return await work();
    } finally {
      // The place goes to the next in line, so that nobody can slip in between.
      const next = this.line.shift();
      if (next) next();
      else this.active -= 1;
    }
  }
}
