import type { ManagedUser, Role, TenantView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { Prisma, TenantDatabase, type Transaction } from '../../platform/database/index.js';

export interface NewUser {
  id: string;
  email: string;
  name: string;
  role: Role;
  passwordHash: string | null;
  isOwner: boolean;
}

export interface UserChange {
  role?: Role | undefined;
  name?: string | undefined;
  passwordHash?: string | undefined;
  disabledAt?: Date | null | undefined;
}

export type Changed =
  { ok: true; user: ManagedUser } | { ok: false; reason: 'not-found' | 'last-admin' | 'owner-only' };

const WITH_TENANT = { include: { tenant: true } } as const;
type UserRow = Prisma.UserGetPayload<typeof WITH_TENANT>;

@Injectable()
export class UsersRepository {
  constructor(private readonly database: TenantDatabase) {}

  find(tenantId: string, id: string): Promise<ManagedUser | null> {
    return this.database.inTenant(tenantId, async (tx) => {
      const row = await tx.user.findUnique({ where: { tenantId_id: { tenantId, id } }, ...WITH_TENANT });
      return row && toUser(row);
    });
  }

  /** In the order they were made, one more than `limit`. */
  list(
    tenantId: string,
    { afterId, limit }: { afterId: string | undefined; limit: number },
  ): Promise<ManagedUser[]> {
    return this.database.inTenant(tenantId, async (tx) => {
      const where = afterId ? { id: { gt: afterId } } : {};
      const rows = await tx.user.findMany({ where, orderBy: { id: 'asc' }, take: limit + 1, ...WITH_TENANT });
      return rows.map(toUser);
    });
  }

  /** Null when the e-mail is in use, in this tenant or another. */
  async create(tenantId: string, user: NewUser): Promise<ManagedUser | null> {
    try {
      return await this.database.inTenant(tenantId, async (tx) =>
        toUser(await tx.user.create({ data: { tenantId, ...user }, ...WITH_TENANT })),
      );
    } catch (error) {
      if (isTaken(error)) return null;
      throw error;
    }
  }

  /** A tenant and its first Admin, both or none; null when the e-mail is in use. */
  async createTenant(
    tenant: { id: string; name: string },
    admin: NewUser,
  ): Promise<{ tenant: TenantView; admin: ManagedUser } | null> {
    try {
      return await this.database.inTenant(tenant.id, async (tx) => {
        const made = await tx.tenant.create({ data: { tenantId: tenant.id, name: tenant.name } });
        const row = await tx.user.create({ data: { tenantId: tenant.id, ...admin }, ...WITH_TENANT });
        return { tenant: toTenant(made), admin: toUser(row) };
      });
    } catch (error) {
      if (isTaken(error)) return null;
      throw error;
    }
  }

  /** Oldest first, one more than the limit when there are more. */
  async listTenants({
    afterId,
    limit,
  }: {
    afterId: string | undefined;
    limit: number;
  }): Promise<TenantView[]> {
    const rows = await this.database.beforeTenant(
      (tx) => tx.$queryRaw<{ tenant_id: string; name: string; created_at: Date }[]>`
        select * from every_tenant()
        where ${afterId ?? null}::uuid is null or tenant_id > ${afterId ?? null}::uuid
        order by tenant_id limit ${limit + 1}`,
    );
    return rows.map((row) =>
      toTenant({ tenantId: row.tenant_id, name: row.name, createdAt: row.created_at }),
    );
  }

  async isEmptyInstallation(): Promise<boolean> {
    const [row] = await this.database.beforeTenant(
      (tx) => tx.$queryRaw<{ empty: boolean }[]>`select installation_is_empty() as empty`,
    );
    return row?.empty ?? false;
  }

  /**
   * Refused when it would leave the tenant without an Admin who can sign in, and when it would let somebody else in as the
   * owner of the installation. What a session was allowed may have changed: everybody of that user signs in anew.
   */
  change(
    tenantId: string,
    { id, change, byOwner }: { id: string; change: UserChange; byOwner: boolean },
  ): Promise<Changed> {
    return this.database.inTenant(tenantId, async (tx): Promise<Changed> => {
      // Two Admins who demote each other at once: the second one waits, and sees the first.
      await tx.$queryRaw`select 1 from app_user where role = 'Admin' order by id for update`;
      const key = { tenantId_id: { tenantId, id } };
      const user = await tx.user.findUnique({ where: key });
      if (!user) return { ok: false, reason: 'not-found' };
      if (user.isOwner && !byOwner && concernsAccess(change)) return { ok: false, reason: 'owner-only' };
      const staysAdmin = (change.role ?? user.role) === 'Admin' && !(change.disabledAt ?? null);
      if (user.role === 'Admin' && !user.disabledAt && !staysAdmin) {
        const others = await tx.user.count({ where: { role: 'Admin', disabledAt: null, id: { not: id } } });
        if (others === 0) return { ok: false, reason: 'last-admin' };
      }
      const data = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      if (endsSessions(change)) {
        await endSessionsOf(id, tx);
        Object.assign(data, { tokenEpoch: { increment: 1 } });
      }
      return { ok: true, user: toUser(await tx.user.update({ where: key, data, ...WITH_TENANT })) };
    });
  }
}

/** What decides whether and as what the user comes in. */
const concernsAccess = ({ role, passwordHash, disabledAt }: UserChange): boolean =>
  role !== undefined || passwordHash !== undefined || disabledAt !== undefined;

/** All of it but to be let in again. */
const endsSessions = ({ disabledAt, ...change }: UserChange): boolean =>
  concernsAccess({ ...change, disabledAt: disabledAt ?? undefined });

async function endSessionsOf(userId: string, tx: Transaction): Promise<void> {
  await tx.refreshToken.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: new Date() } });
  await tx.signInLink.deleteMany({ where: { userId } });
}

const toTenant = (row: { tenantId: string; name: string; createdAt: Date }): TenantView => ({
  id: row.tenantId as TenantView['id'],
  name: row.name,
  createdAt: row.createdAt.toISOString(),
});

const toUser = (row: UserRow): ManagedUser => ({
  id: row.id as ManagedUser['id'],
  email: row.email,
  name: row.name === '' ? null : row.name,
  role: row.role,
  isOwner: row.isOwner,
  tenant: { id: row.tenant.tenantId as ManagedUser['tenant']['id'], name: row.tenant.name },
  createdAt: row.createdAt.toISOString(),
  disabledAt: row.disabledAt?.toISOString() ?? null,
});

const isTaken = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
