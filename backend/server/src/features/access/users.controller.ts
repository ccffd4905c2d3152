import {
  CreateTenantRequest,
  CreateUserRequest,
  CreatedTenant,
  CreatedUser,
  ManagedUser,
  PageQuery,
  TenantPage,
  UpdateUserRequest,
  UserId,
  UserPage,
} from '@rehearse/contracts';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AppError } from '../../platform/errors/index.js';
import { Creates, type Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/index.js';
import { CurrentPrincipal, Roles } from './declare.js';
import { UsersService } from './users.service.js';

@ApiTags('Access')
@Controller()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('users')
  @Roles('Admin')
  @Answers({ status: 200, schema: UserPage, description: 'The users of the tenant.' })
  list(@CurrentPrincipal() { tenantId }: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.users.list(tenantId, query);
  }

  @Post('users')
  @Roles('Admin')
  @Creates({ withhold: ['link'] })
  @Answers({
    status: 201,
    schema: CreatedUser,
    description: 'Made; without a password, with a link to sign in by.',
  })
  create(
    @CurrentPrincipal() { tenantId }: Principal,
    @Body({ schema: CreateUserRequest }) request: CreateUserRequest,
  ): Promise<CreatedUser> {
    return this.users.create(tenantId, request);
  }

  @Patch('users/:id')
  @Roles('Admin')
  @Answers({
    status: 200,
    schema: ManagedUser,
    description:
      'Changed. A new role, a new password and `disabled` end the sessions of the user at once; of the owner of the installation only the owner changes these (403).',
  })
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: UpdateUserRequest }) request: UpdateUserRequest,
  ): Promise<ManagedUser> {
    if (!UserId.safeParse(id).success) throw new AppError('access/user-not-found', `There is no user ${id}.`);
    return this.users.update(principal, { id, request });
  }

  @Get('tenants')
  @Roles('Admin')
  @Answers({
    status: 200,
    schema: TenantPage,
    description: 'All tenants; for the owner of the installation.',
  })
  listTenants(@CurrentPrincipal() principal: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    requireOwner(principal);
    return this.users.listTenants(query);
  }

  @Post('tenants')
  @Roles('Admin')
  @Creates()
  @Answers({ status: 201, schema: CreatedTenant, description: 'Made, with its first Admin.' })
  createTenant(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: CreateTenantRequest }) request: CreateTenantRequest,
  ): Promise<CreatedTenant> {
    requireOwner(principal);
    return this.users.createTenant(request);
  }
}

function requireOwner({ isOwner }: Principal): void {
  if (!isOwner) throw new AppError('access/forbidden', 'Tenants are made by the owner of the installation.');
}
