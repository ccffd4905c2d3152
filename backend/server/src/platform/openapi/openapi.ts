import { Injectable, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { Problem } from '@rehearse/contracts';
import { VERSION } from '../health/version.js';
import { convertSchema } from './convert-schema.js';

const DESCRIPTION = [
  'Upload graphs, execute them, watch and replay their runs. Times are ISO 8601 in UTC, durations are in milliseconds,',
  'money is in US dollars. Errors are RFC 9457 problem documents with a stable `code`.',
].join('\n');

/** The OpenAPI document of this server, made when somebody first asks for it. */
@Injectable()
export class OpenApi {
  private application: INestApplication | undefined;
  private made: OpenAPIObject | undefined;

  describe(application: INestApplication): void {
    this.application = application;
  }

  document(): OpenAPIObject {
    if (!this.application) throw new Error('The application to describe was not set.');
    this.made ??= build(this.application);
    return this.made;
  }
}

function build(application: INestApplication): OpenAPIObject {
  const outline = new DocumentBuilder()
    .setTitle('Rehearse')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An access token, or an API key (`rh_…`).',
    })
    .build();
  const document = SwaggerModule.createDocument(application, outline, {
    standardSchemaConverter: convertSchema,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  return withProblems(document);
}

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['post']>;

/** Of a form, the file is what all have in common; the description of the operation says what else it takes. */
function describeUpload({ requestBody }: OperationObject): void {
  const form =
    requestBody && 'content' in requestBody ? requestBody.content['multipart/form-data'] : undefined;
  if (!form) return;
  form.schema = {
    type: 'object',
    properties: { file: { type: 'string', format: 'binary' } },
    required: ['file'],
    additionalProperties: { type: 'string' },
  };
}

/** A schema with a default of its own stands for a body that may be left out. */
function describeBody({ requestBody }: OperationObject): void {
  if (!requestBody || !('content' in requestBody)) return;
  const schema = requestBody.content['application/json']?.schema;
  if (schema && 'default' in schema) requestBody.required = false;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Every operation may answer with a problem document. */
function withProblems(document: OpenAPIObject): OpenAPIObject {
  const problem = convertSchema(Problem, { schemaType: 'output' });
  const schemas = { ...document.components?.schemas, ...(problem?.components as object) };
  for (const path of Object.values(document.paths))
    for (const method of METHODS) {
      const operation = path[method];
      if (!operation) continue;
      describeUpload(operation);
      describeBody(operation);
      operation.responses['default'] ??= {
        description: 'What went wrong.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      };
    }
  return { ...document, components: { ...document.components, schemas } };
}
