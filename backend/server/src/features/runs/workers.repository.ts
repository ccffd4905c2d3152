import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase } from '../../platform/database/index.js';

/** A process that drives runs, as the others see it. */
export interface WorkerRecord {
  id: string;
  host: string;
  pid: number;
  home: string;
  version: string;
  places: number;
}

/** Workers that are gone for so long are forgotten. */
const FORGOTTEN_AFTER = '1 hour';

const NOW_MS = Prisma.sql`(extract(epoch from clock_timestamp()) * 1000)::double precision as ms`;

/** The leases of workers: one row a process, however many runs it drives. Time is the database's alone. */
@Injectable()
export class WorkersRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Answers with the time of the database, in milliseconds. */
  async register({ id, host, pid, home, version, places }: WorkerRecord, leaseMs: number): Promise<number> {
    return this.database.asWorker(async (tx) => {
      await tx.$executeRawUnsafe(
        `delete from worker where lease_until < clock_timestamp() - interval '${FORGOTTEN_AFTER}'`,
      );
      const [row] = await tx.$queryRaw<{ ms: number }[]>`
        insert into worker (id, host, pid, home, version, places, lease_until)
        values (${id}::uuid, ${host}, ${pid}, ${home}, ${version}, ${places},
          clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond')
        returning ${NOW_MS}`;
      return row!.ms;
    });
  }

  /** The time of the database; null when the lease has run out: then the runs are lost, and only a new lease helps. */
  async renew(id: string, leaseMs: number): Promise<number | null> {
    const renewed = await this.database.asWorker(
      (tx) => tx.$queryRaw<{ ms: number }[]>`
        update worker set lease_until = clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond'
        where id = ${id}::uuid and lease_until > clock_timestamp() returning ${NOW_MS}`,
    );
    return renewed[0]?.ms ?? null;
  }

  /** The processes of one home on one machine. */
  ofHome({ host, home }: { host: string; home: string }): Promise<{ id: string; pid: number }[]> {
    return this.database.asWorker(
      (tx) => tx.$queryRaw<{ id: string; pid: number }[]>`
        select id, pid from worker where host = ${host} and home = ${home}`,
    );
  }

  /** Their runs are free at once. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.database.asWorker(
      (tx) => tx.$executeRaw`delete from worker where id = any(${[...ids]}::uuid[])`,
    );
  }
}
