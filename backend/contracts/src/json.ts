import { z } from 'zod';

/** Any JSON value, as RFC 8259 has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type JsonObject = { [key: string]: Json };

export const Json: z.ZodType<Json> = z.json();

export const JsonObject: z.ZodType<JsonObject> = z.record(z.string(), Json);
