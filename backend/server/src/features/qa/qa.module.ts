import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { QaController } from './qa.controller.js';
import { QaService } from './qa.service.js';

@Module({ imports: [RunsModule], controllers: [QaController], providers: [QaService] })
export class QaModule {}
