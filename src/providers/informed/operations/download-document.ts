import { isoTime } from '../../../core/engine/time/clock.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../../core/provider/provider.ts';
import { find, findOrFail } from '../resources.ts';
import { checkSignedUrl } from '../signed-url.ts';

/**
 * `GET <url>` of a derived document: the bytes of its file while the URL is valid. Afterwards, an error in the format
 * of S3 (Amazon S3 API Reference, "Error responses").
 */
export async function downloadDocument(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const { resources, clock } = context;
  const document = await findOrFail(resources, 'document', request.path.document_id ?? '');
  const application = await findOrFail(resources, 'application', document.data.applicationId);
  await context.runForRequest(application.data.runId);
  const now = clock.now();
  const check = checkSignedUrl(
    application,
    document.id,
    {
      algorithm: String(request.query['X-Amz-Algorithm'] ?? ''),
      credential: String(request.query['X-Amz-Credential'] ?? ''),
      signedHeaders: String(request.query['X-Amz-SignedHeaders'] ?? ''),
      date: String(request.query['X-Amz-Date'] ?? ''),
      seconds: Number(request.query['X-Amz-Expires'] ?? Number.NaN),
      signature: String(request.query['X-Amz-Signature'] ?? ''),
    },
    now,
  );
  if (check.verdict === 'wrong-signature') {
    return s3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
  if (check.verdict === 'expired') {
    const times = { Expires: isoTime(check.expiredAt), ServerTime: isoTime(now) };
    return s3Error(403, 'AccessDenied', 'Request has expired', times);
  }
  const file =
    document.data.fileId === null ? undefined : await find(resources, 'file', document.data.fileId);
  if (file === undefined || file.data.blob === null) {
    return s3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: document.id });
  }
  return {
    status: 200,
    blob: {
      key: file.data.blob,
      mediaType: file.data.mediaType ?? 'application/octet-stream',
      modifiedAt: file.data.uploadedAt ?? document.createdAt,
      refusals,
    },
  };
}

const refusals = {
  412: s3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold'),
  416: s3Error(416, 'InvalidRange', 'The requested range is not satisfiable'),
};

function s3Error(
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
): OperationAnswer {
  const elements = Object.entries({ Code: code, Message: message, ...more });
  const inner = elements.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('');
  const content = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`;
  return { status, text: { content, mediaType: 'application/xml' } };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
