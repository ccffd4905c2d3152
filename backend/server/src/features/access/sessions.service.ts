import type { LoginAnswer, LoginRequest, ManagedUser, UserView } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids.js';
import { Log } from '../../platform/logging/index.js';
import { AccessRepository } from './access.repository.js';
import { ACCESS_TOKEN_S, AccessTokens } from './access-tokens.js';
import { Passwords } from './passwords.js';
import { hashOf, makeToken } from './secrets.js';
import { UsersRepository } from './users.repository.js';

const DAY_MS = 86_400_000;
export const REFRESH_TOKEN_MS = 30 * DAY_MS;
export const LINK_MS = DAY_MS;

/** A sign-in that worked: what the body says, and what the cookie holds. */
export interface Session {
  answer: LoginAnswer;
  refreshToken: string;
}

/** Signing in, staying in, signing out. */
@Injectable()
export class SessionsService {
  private readonly log: Log;

  constructor(
    private readonly repository: AccessRepository,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly tokens: AccessTokens,
    log: Log,
  ) {
    this.log = log.named('access');
  }

  async login({ email, password }: LoginRequest): Promise<Session> {
    const found = await this.repository.findByEmail(email);
    const isRight = await this.passwords.matches(password, found?.hash ?? null);
    const user = isRight && found ? await this.users.find(found.tenantId, found.id) : null;
    if (!user || user.disabledAt)
      throw new AppError('access/bad-credentials', 'No user has this e-mail and this password.');
    return this.begin(user);
  }

  async useLink(token: string): Promise<Session> {
    const hash = hashOf(token);
    const found = await this.repository.findByTokenHash(hash);
    const isGood = found !== null && (await this.repository.useLink(found.tenantId, hash));
    const user = isGood ? await this.users.find(found.tenantId, found.id) : null;
    if (!user || user.disabledAt)
      throw new AppError('access/bad-link', 'A link works once and for a day; a new start prints a new one.');
    return this.begin(user);
  }

  async refresh(refreshToken: string | undefined): Promise<Session> {
    const rejected = new AppError('access/refresh-rejected', 'Sign in again.');
    if (!refreshToken) throw rejected;
    const usedHash = hashOf(refreshToken);
    const found = await this.repository.findByTokenHash(usedHash);
    if (!found) throw rejected;
    const token = makeToken();
    const next = {
      id: newId(),
      tokenHash: hashOf(token),
      expiresAt: new Date(Date.now() + REFRESH_TOKEN_MS),
    };
    const rotation = await this.repository.rotate(found.tenantId, { usedHash, next });
    if (rotation.kind === 'reused')
      this.log.warn('A refresh token was used a second time; its sign-in was ended.', {
        tenantId: found.tenantId,
        userId: found.id,
      });
    const user = rotation.kind === 'rotated' ? await this.users.find(found.tenantId, rotation.userId) : null;
    if (!user) throw rejected;
    return { answer: await this.answerFor(user), refreshToken: token };
  }

  async logout(refreshToken: string | undefined): Promise<void> {
    if (!refreshToken) return;
    const hash = hashOf(refreshToken);
    const found = await this.repository.findByTokenHash(hash);
    if (found) await this.repository.endFamilyOf(found.tenantId, hash);
  }

  /** A link that signs the user in once. */
  async makeLink({
    tenantId,
    userId,
  }: {
    tenantId: string;
    userId: string;
  }): Promise<{ token: string; expiresAt: Date }> {
    const token = makeToken();
    const expiresAt = new Date(Date.now() + LINK_MS);
    await this.repository.storeLink(tenantId, { id: newId(), userId, tokenHash: hashOf(token), expiresAt });
    return { token, expiresAt };
  }

  private async begin(user: ManagedUser): Promise<Session> {
    const refreshToken = makeToken();
    await this.repository.storeRefreshToken(user.tenant.id, {
      id: newId(),
      userId: user.id,
      familyId: newId(),
      tokenHash: hashOf(refreshToken),
      expiresAt: new Date(Date.now() + REFRESH_TOKEN_MS),
    });
    return { answer: await this.answerFor(user), refreshToken };
  }

  private async answerFor(user: ManagedUser): Promise<LoginAnswer> {
    const { id: userId, role, isOwner, tenant } = user;
    const standing = await this.repository.standingOf(tenant.id, userId);
    const epoch = standing?.epoch ?? 0;
    const token = await this.tokens.issue({ tenantId: tenant.id, userId, role, isOwner, epoch });
    return { accessToken: token, expiresIn: ACCESS_TOKEN_S, user: toView(user) };
  }
}

/** What a user sees of himself. */
export const toView = ({ id, email, name, role, isOwner, tenant }: ManagedUser): UserView => ({
  id,
  email,
  name,
  role,
  isOwner,
  tenant,
});
