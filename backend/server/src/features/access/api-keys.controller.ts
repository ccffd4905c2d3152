import { ApiKeyPage, CreateApiKeyRequest, CreatedApiKey, PageQuery } from '@rehearse/contracts';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Creates, type Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/index.js';
import { ApiKeysService, keyNotFound } from './api-keys.service.js';
import { CurrentPrincipal, Roles } from './declare.js';

@ApiTags('Access')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Get()
  @Roles('Admin')
  @Answers({
    status: 200,
    schema: ApiKeyPage,
    description: 'Keys in force, newest first; never the key itself.',
  })
  list(@CurrentPrincipal() { tenantId }: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.keys.list(tenantId, query);
  }

  @Post()
  @Creates({ withhold: ['key'] })
  @Roles('Admin')
  @Header('cache-control', 'no-store')
  @Answers({ status: 201, schema: CreatedApiKey, description: 'Made. `key` is shown this once.' })
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: CreateApiKeyRequest }) request: CreateApiKeyRequest,
  ): Promise<CreatedApiKey> {
    return this.keys.create(principal, request);
  }

  @Delete(':id')
  @Roles('Admin')
  @HttpCode(204)
  @Answers({ status: 204, description: 'Revoked.' })
  async revoke(@CurrentPrincipal() { tenantId }: Principal, @Param('id') id: string): Promise<void> {
    if (!z.uuid().safeParse(id).success) throw keyNotFound(id);
    await this.keys.revoke(tenantId, id);
  }
}
