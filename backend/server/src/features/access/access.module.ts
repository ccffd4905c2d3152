import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CONFIG } from '../../platform/config/token.js';
import type { Config } from '../../platform/config/index.js';
import { AccessGuard } from './access.guard.js';
import { AccessRepository } from './access.repository.js';
import { AccessTokens } from './access-tokens.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { Attendance } from './attendance.js';
import { Authenticator } from './authenticator.js';
import { FirstPeople } from './first-people.js';
import { Passwords } from './passwords.js';
import { Revocations } from './revocations.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { loadSigningKey } from './signing-key.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Who may come in, and what for. Global, since every feature's sockets and guards ask it. */
@Global()
@Module({
  controllers: [SessionsController, UsersController, ApiKeysController],
  providers: [
    {
      provide: AccessTokens,
      inject: [CONFIG],
      useFactory: async (config: Config) => new AccessTokens(await loadSigningKey(config)),
    },
    AccessRepository,
    ApiKeysRepository,
    ApiKeysService,
    Attendance,
    Authenticator,
    FirstPeople,
    Passwords,
    Revocations,
    SessionsService,
    UsersRepository,
    UsersService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Attendance, Authenticator, FirstPeople],
})
export class AccessModule {}
