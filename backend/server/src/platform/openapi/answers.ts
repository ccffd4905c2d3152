import { applyDecorators } from '@nestjs/common';
import { ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

interface AnswerOptions {
  status: number;
  description: string;
  /** A schema of contracts for JSON; without one the body is what `type` says, or nothing. */
  schema?: z.ZodType;
  /** Another media type than JSON. */
  type?: string;
}

/** What a route answers, for the OpenAPI document. */
export const Answers = ({ status, description, schema, type }: AnswerOptions) => {
  if (schema) return applyDecorators(ApiResponse({ status, description, standardSchema: schema }));
  if (!type) return applyDecorators(ApiResponse({ status, description }));
  return applyDecorators(ApiProduces(type), ApiResponse({ status, description, schema: { type: 'string' } }));
};
