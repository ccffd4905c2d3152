import { SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

export const CREATES = 'http:creates';

export interface CreatesOptions {
  /** Fields of the answer that are secret: they are not kept, and null when the answer is given again. */
  withhold?: readonly string[];
  /**
   * It makes one thing, by the id of the request's context, and does nothing more when that is there: so it can be asked again
   * where the process that was asked first has died.
   */
  resumes?: boolean;
}

/** A POST that makes something: sent twice with the same `Idempotency-Key`, it makes it once. */
export const Creates = (options: CreatesOptions = {}) =>
  applyDecorators(
    SetMetadata(CREATES, options),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key and the same request within a day: the same answer, done once.',
      schema: { type: 'string', maxLength: 255 },
    }),
  );
