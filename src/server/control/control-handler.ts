import type { Readable } from 'node:stream';
import type { Space } from '../../core/engine/space.ts';
import type { OperationAnswer, OperationRequest } from '../../core/provider/provider.ts';
import type { StartOfText } from '../body/read-text.ts';
import type { JsonPieces } from '../http/json-pieces.ts';

/** A request to the control API that has passed its contract, with what only the control API needs of it. */
export interface ControlRequest extends OperationRequest {
  readonly method: string;
  /** Path and query string as they came, space prefix included. */
  readonly url: string;
  /**
   * Reads a raw body (one that the contract declares as `format: binary`) as UTF-8 text, decoded (`Content-Encoding`).
   * What is past `maxBytes` is read and thrown away, and `truncated` says so. Called at most once, as is `readAnyText`.
   */
  readText(maxBytes: number): Promise<StartOfText>;
  /** Like `readText`, but refuses no coding: a body that cannot be decoded is read as it came. */
  readAnyText(maxBytes: number): Promise<StartOfText>;
  /** Aborts when the client has gone or the server closes: an answer that is being delayed need not wait any longer. */
  readonly signal: AbortSignal;
}

/** An answer of the control API: like a provider's, or one that is made while it is sent. */
export interface ControlAnswer extends OperationAnswer {
  /** In place of a body; ends when it likes, and is destroyed when the client has gone. */
  readonly stream?: { readonly content: Readable; readonly mediaType: string };
  /** In place of a body: JSON whose arrays are made item by item. */
  readonly pieces?: JsonPieces;
}

/** What the control API does for one operation of `openapi.control.yaml`. */
export type ControlHandler = (request: ControlRequest, space: Space) => Promise<ControlAnswer>;

/** Handlers by `operationId`; the server refuses to start when one is missing or one is too many. */
export type ControlHandlers = Readonly<Record<string, ControlHandler>>;
