import { Controller, Get, Param, Query } from '@nestjs/common';
import { PageQuery, PersonaPage, PersonaView } from '@rehearse/contracts';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes } from '../access/index.js';
import { PersonasService } from './personas.service.js';

/** Those of a tenant are uploaded by `POST /graphs/upload`, without a graph beside them. */
@Controller('personas')
export class PersonasController {
  constructor(private readonly personas: PersonasService) {}

  @Get()
  @Roles(...READERS)
  @Scopes('graphs:read')
  @Answers({ status: 200, description: 'Of the library and of the tenant, by name.', schema: PersonaPage })
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.personas.list(principal, query);
  }

  @Get(':persona')
  @Roles(...READERS)
  @Scopes('graphs:read')
  @Answers({ status: 200, description: 'By name.', schema: PersonaView })
  get(@CurrentPrincipal() principal: Principal, @Param('persona') persona: string) {
    return this.personas.get(principal, persona);
  }
}
