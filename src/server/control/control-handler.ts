import type { Readable } from 'node:stream';
import type { Space } from '../../core/engine/space.ts';
import type { OperationAnswer, OperationRequest } from '../../core/provider/provider.ts';
import type { StartOfText } from '../body/read-text.ts';
import type { JsonPieces } from '../http/json-pieces.ts';

/** A valid request to the control API, with the parts that only the control API needs. */
export interface ControlRequest extends OperationRequest {
  readonly method: string;
  /** Path and query string as they came, space prefix included. */
  readonly url: string;
  /**
   * Reads a raw body (one that the contract declares as `format: binary`) as UTF-8 text, decoded (`Content-Encoding`).
   * Bytes past `maxBytes` are discarded and `truncated` is set. Call `readText` or `readAnyText` at most once.
   */
  readText(maxBytes: number): Promise<StartOfText>;
  /** Like `readText`, but refuses no coding: a body that cannot be decoded is read as it came. */
  readAnyText(maxBytes: number): Promise<StartOfText>;
  /** Aborts when the client disconnects or the server closes, so that a delayed response stops waiting. */
  readonly signal: AbortSignal;
}

/** A response of the control API: like a provider's, or one that is made while it is sent. */
export interface ControlAnswer extends OperationAnswer {
  /** A stream instead of a body. It is destroyed when the client disconnects. */
  readonly stream?: { readonly content: Readable; readonly mediaType: string };
  /** In place of a body: JSON whose arrays are made item by item. */
  readonly pieces?: JsonPieces;
}

/** What the control API does for one operation of `openapi.control.yaml`. */
export type ControlHandler = (request: ControlRequest, space: Space) => Promise<ControlAnswer>;

/** Handlers by `operationId`. The server does not start if one is missing or unknown. */
export type ControlHandlers = Readonly<Record<string, ControlHandler>>;
