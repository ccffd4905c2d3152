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

const isJson = (type: string): boolean => /[/+]json$/.test(type);

/** What a route answers, for the OpenAPI document. */
export const Answers = ({ status, description, schema, type }: AnswerOptions) => {
  if (schema) return applyDecorators(ApiResponse({ status, description, standardSchema: schema }));
  if (!type) return applyDecorators(ApiResponse({ status, description }));
  // Of JSON without a schema nothing is known; what is not JSON is text.
  const body = isJson(type) ? {} : { type: 'string' };
  return applyDecorators(ApiProduces(type), ApiResponse({ status, description, schema: body }));
};
