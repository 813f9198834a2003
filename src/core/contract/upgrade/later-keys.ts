/**
 * What only OpenAPI 3.2 has, by its name in the 3.1 document that is made of it. The prefix is the one that the
 * OpenAPI Initiative reserves for its own extensions.
 */
export const laterKeys = {
  /** Of a path item: operations by method in upper case, with 3.2's `query` as `QUERY`. */
  additionalOperations: 'x-oai-additionalOperations',
  /** Of a media type: the schema of one item of a sequence. */
  itemSchema: 'x-oai-itemSchema',
  itemEncoding: 'x-oai-itemEncoding',
  prefixEncoding: 'x-oai-prefixEncoding',
  /** Of a parameter that says `in: query`: `querystring` if its `content` is the whole query string. */
  in: 'x-oai-in',
} as const;
