import { SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

export const CREATES = 'http:creates';

/** A POST that makes something: sent twice with the same `Idempotency-Key`, it makes it once. */
export const Creates = () =>
  applyDecorators(
    SetMetadata(CREATES, true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key and the same request within a day: the same answer, done once.',
      schema: { type: 'string', maxLength: 255 },
    }),
  );
