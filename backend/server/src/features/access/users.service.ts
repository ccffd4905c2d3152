import type {
  CreateTenantRequest,
  CreateUserRequest,
  CreatedTenant,
  CreatedUser,
  ManagedUser,
  MeAnswer,
  PageQuery,
  TenantView,
  UpdateUserRequest,
} from '@rehearse/contracts';
import { DEFAULT_PAGE } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_ID, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import { type Principal, userKey } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import { Passwords } from './passwords.js';
import { Revocations } from './revocations.js';
import { SessionsService, toView } from './sessions.service.js';
import { type Changed, UsersRepository } from './users.repository.js';

/** The users of a tenant, and the tenants of an installation. */
@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly revocations: Revocations,
  ) {}

  async describe(principal: Principal): Promise<MeAnswer> {
    const { tenantId, userId, apiKey, role, scopes } = principal;
    const user = userId === null ? null : await this.repository.find(tenantId, userId);
    if (userId !== null && !user) throw new AppError('access/unauthenticated', 'This user is gone.');
    return { user: user && toView(user), apiKey, role, scopes: [...scopes] };
  }

  async list(tenantId: string, { cursor, limit = DEFAULT_PAGE }: PageQuery) {
    const [afterId] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_ID]);
    const users = await this.repository.list(tenantId, { afterId, limit });
    return pageOf(users, { limit, cursor: ({ id }) => [id] });
  }

  async create(tenantId: string, request: CreateUserRequest): Promise<CreatedUser> {
    const user = await this.repository.create(tenantId, {
      id: newId(),
      email: request.email.toLowerCase(),
      name: request.name ?? '',
      role: request.role,
      passwordHash: request.password ? await this.passwords.hash(request.password) : null,
      isOwner: false,
    });
    if (!user) throw emailTaken(request.email);
    if (request.password) return { user, link: null };
    const { token, expiresAt } = await this.sessions.makeLink({ tenantId, userId: user.id });
    return { user, link: { token, expiresAt: expiresAt.toISOString() } };
  }

  async update(
    { tenantId, isOwner }: Principal,
    { id, request }: { id: string; request: UpdateUserRequest },
  ): Promise<ManagedUser> {
    const { role, name, password, disabled } = request;
    const changed = await this.repository.change(tenantId, {
      id,
      byOwner: isOwner,
      change: {
        role,
        name,
        passwordHash: password ? await this.passwords.hash(password) : undefined,
        disabledAt: disabled === undefined ? undefined : disabled ? new Date() : null,
      },
    });
    if (!changed.ok) throw refusal(changed.reason, id);
    this.revocations.revoke(userKey(id));
    return changed.user;
  }

  async createTenant({ name, admin }: CreateTenantRequest): Promise<CreatedTenant> {
    const made = await this.repository.createTenant(
      { id: newId(), name },
      {
        id: newId(),
        email: admin.email.toLowerCase(),
        name: '',
        role: 'Admin',
        passwordHash: await this.passwords.hash(admin.password),
        isOwner: false,
      },
    );
    if (!made) throw emailTaken(admin.email);
    return made;
  }

  async listTenants({ cursor, limit = DEFAULT_PAGE }: PageQuery) {
    const [afterId] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_ID]);
    const tenants: TenantView[] = await this.repository.listTenants({ afterId, limit });
    return pageOf(tenants, { limit, cursor: ({ id }) => [id] });
  }
}

const emailTaken = (email: string) =>
  new AppError('access/email-taken', `${email} belongs to a user of this installation; choose another.`);

function refusal(reason: Extract<Changed, { ok: false }>['reason'], id: string): AppError {
  switch (reason) {
    case 'not-found':
      return new AppError('access/user-not-found', `There is no user ${id}.`);
    case 'last-admin':
      return new AppError(
        'access/last-admin',
        'This is the last Admin who can sign in; make another one first.',
      );
    case 'owner-only':
      return new AppError(
        'access/forbidden',
        'Password, role and sign-in of the owner of the installation are changed by the owner.',
      );
    default:
      return reason satisfies never;
  }
}
