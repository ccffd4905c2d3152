import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids.js';
import { AccessRepository } from './access.repository.js';
import { Passwords } from './passwords.js';
import { SessionsService } from './sessions.service.js';
import { UsersRepository } from './users.repository.js';

export const LOCAL_ADMIN = 'local.admin@local';
export const DEMO_ADMIN = { email: 'demo.admin@local', password: 'demo-password' } as const;

export interface Person {
  tenantId: string;
  userId: string;
}

/** The people an installation begins with: somebody must be in before anybody can be let in. */
@Injectable()
export class FirstPeople {
  constructor(
    private readonly repository: UsersRepository,
    private readonly access: AccessRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
  ) {}

  isEmptyInstallation(): Promise<boolean> {
    return this.repository.isEmptyInstallation();
  }

  /** The person in front of this machine; made when there is nobody yet. Null where others have moved in. */
  async localAdmin(): Promise<Person | null> {
    const known = await this.find(LOCAL_ADMIN);
    if (known) return known;
    if (!(await this.repository.isEmptyInstallation())) return null;
    return this.ownTenant('Local', { email: LOCAL_ADMIN, name: 'Local admin', passwordHash: null });
  }

  /** In the tenant of the local person where there is one, so that both see the same. */
  async demoAdmin(): Promise<Person> {
    const known = await this.find(DEMO_ADMIN.email);
    if (known) return known;
    const passwordHash = await this.passwords.hash(DEMO_ADMIN.password);
    const demo = { email: DEMO_ADMIN.email, name: 'Demo admin', passwordHash };
    const local = await this.find(LOCAL_ADMIN);
    if (!local) return this.ownTenant('Demo', demo);
    const user = { id: newId(), ...demo, role: 'Admin' as const, isOwner: true };
    const made = await this.repository.create(local.tenantId, user);
    if (!made) throw new Error(`${demo.email} could not be made: the e-mail is in use.`);
    return { tenantId: local.tenantId, userId: made.id };
  }

  /** From FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD; null when there are tenants already. */
  async configuredAdmin({ email, password }: { email: string; password: string }): Promise<Person | null> {
    if (!(await this.repository.isEmptyInstallation())) return null;
    const passwordHash = await this.passwords.hash(password);
    return this.ownTenant('Main', { email: email.toLowerCase(), name: '', passwordHash });
  }

  async makeLink(person: Person): Promise<string> {
    const { token } = await this.sessions.makeLink(person);
    return token;
  }

  private async ownTenant(
    name: string,
    admin: { email: string; name: string; passwordHash: string | null },
  ): Promise<Person> {
    const user = { id: newId(), ...admin, role: 'Admin' as const, isOwner: true };
    const made = await this.repository.createTenant({ id: newId(), name }, user);
    if (made) return { tenantId: made.tenant.id, userId: made.admin.id };
    // Another process was first.
    const known = await this.find(admin.email);
    if (!known) throw new Error(`${admin.email} could not be made.`);
    return known;
  }

  private async find(email: string): Promise<Person | null> {
    const found = await this.access.findByEmail(email);
    return found && { tenantId: found.tenantId, userId: found.id };
  }
}
