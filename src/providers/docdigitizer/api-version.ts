/** The operations of API v1: real paths that clients in the field use. All others are of API v2. */
const operationsV1: ReadonlySet<string> = new Set([
  'annotateDocument',
  'annotateDocumentOfClass',
  'listTasks',
  'getTask',
  'getDocumentV1',
  'getDocumentAssets',
]);

/** Whether an `operationId` is of API v1. */
export function isOperationV1(operationId: string): boolean {
  return operationsV1.has(operationId);
}
