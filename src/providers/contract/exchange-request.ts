import type { ExpressionScope } from '../../core/contract/runtime-expression.ts';
import type { OperationRequest } from '../../core/provider/provider.ts';

/** What callback URLs and templates read of a request. */
export function exchangeRequest(request: OperationRequest): Omit<ExpressionScope, 'response'> {
  const { operation, absoluteUrl, path, query, headers, body } = request;
  return { url: absoluteUrl, method: operation.method, request: { headers, query, path, body } };
}
