import { SetMetadata } from '@nestjs/common';

export const OPEN = 'access:open';

/** For everyone, and outside the limits: health and metrics. */
export const Open = () => SetMetadata(OPEN, true);
