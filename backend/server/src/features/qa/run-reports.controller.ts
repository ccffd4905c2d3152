import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ComplianceQuery, RunAssertions, RunCompliance, RunTimeline } from '@rehearse/contracts';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../platform/http/index.js';
import { Answers } from '../../platform/openapi/answers.js';
import { CurrentPrincipal, READERS, Roles, Scopes } from '../access/index.js';
import { complianceCsv } from './compliance-csv.js';
import { RunReportsService } from './run-reports.service.js';

@Controller('user-testing/runs')
export class RunReportsController {
  constructor(private readonly reports: RunReportsService) {}

  @Get(':id/timeline')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'Lanes with starts and ends, waits, gaps and attempts.',
    schema: RunTimeline,
  })
  timeline(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<RunTimeline> {
    return this.reports.timeline(principal, id);
  }

  @Get(':id/assertions')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description: 'Expected, actual and why, also across repeats.',
    schema: RunAssertions,
  })
  assertions(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<RunAssertions> {
    return this.reports.assertions(principal, id);
  }

  @Get(':id/compliance')
  @Roles(...READERS)
  @Scopes('runs:read')
  @Answers({
    status: 200,
    description:
      'Contracts, safety, refusals, redactions, decisions, control and budget; `format=csv` for a spreadsheet.',
    schema: RunCompliance,
  })
  async compliance(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: ComplianceQuery }) { format }: ComplianceQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunCompliance | string> {
    const report = await this.reports.compliance(principal, id);
    if (format === 'json') return report;
    reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="compliance-${report.run.id}.csv"`);
    return complianceCsv(report);
  }
}
