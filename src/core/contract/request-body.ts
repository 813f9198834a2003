import { isJsonObject } from '../json.ts';
import { formFields, isBinary, isJsonMedia } from './coerce.ts';
import type { BodyContent, RequestBody } from './contract.ts';
import type { ContractReader } from './openapi-objects.ts';
import { readContent, readObject } from './openapi-objects.ts';
import type { Place } from './place.ts';
import { below, nameOf } from './place.ts';
import { anything } from './valid.ts';

/** The request body of an operation (OpenAPI 3.1 §4.8.13), or null if the contract declares none. */
export function readRequestBody(reader: ContractReader, entry: Place | undefined): RequestBody | null {
  const place = entry && readObject(reader, entry, 'request body');
  if (place === undefined) return null;
  const content = new Map<string, BodyContent>();
  for (const { mediaType, schema } of readContent(reader, place)) {
    content.set(mediaType, readBodyContent(reader, mediaType, schema));
  }
  if (content.size === 0) {
    reader.problems.add(nameOf(place), 'structure', 'a request body must have "content" with a media type');
  }
  return { required: below(place, 'required')?.value === true, content };
}

function readBodyContent(reader: ContractReader, mediaType: string, schema: Place | undefined): BodyContent {
  const isForm = mediaType === 'multipart/form-data' || mediaType === 'application/x-www-form-urlencoded';
  const isText = mediaType.startsWith('text/');
  const bytes = schema === undefined || isBinary(schema, reader.files) || isEmpty(schema);
  const binary = !isForm && !isJsonMedia(mediaType) && (bytes || !isText);
  return {
    binary,
    validate: binary || schema === undefined ? anything : reader.schemas.validator(schema),
    fields: isForm && schema !== undefined ? formFields(schema, reader.files) : new Map(),
  };
}

/** Whether a schema accepts any value, plainly. */
export function isEmpty(schema: Place): boolean {
  return schema.value === true || (isJsonObject(schema.value) && Object.keys(schema.value).length === 0);
}
