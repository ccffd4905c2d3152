import { Module } from '@nestjs/common';
import { GraphsModule } from '../graphs/index.js';
import { RunsModule } from '../runs/index.js';
import { HistoryViewsController } from './history-views.controller.js';
import { HistoryViewsRepository } from './history-views.repository.js';
import { HistoryViewsService } from './history-views.service.js';
import { QaController } from './qa.controller.js';
import { QaService } from './qa.service.js';
import { ReplaysService } from './replays.service.js';
import { RunReportsController } from './run-reports.controller.js';
import { RunReportsRepository } from './run-reports.repository.js';
import { RunReportsService } from './run-reports.service.js';

@Module({
  imports: [GraphsModule, RunsModule],
  controllers: [HistoryViewsController, QaController, RunReportsController],
  providers: [
    HistoryViewsRepository,
    HistoryViewsService,
    QaService,
    ReplaysService,
    RunReportsRepository,
    RunReportsService,
  ],
  exports: [ReplaysService],
})
export class QaModule {}
