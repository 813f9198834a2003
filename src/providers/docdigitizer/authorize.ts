import { RingbackError } from '../../core/errors.ts';
import type {
  OperationAnswer,
  OperationRequest,
  ProviderContext,
  RequestHead,
} from '../../core/provider/provider.ts';
import { isOperationV1 } from './api-version.ts';
import { providerName } from './document.ts';

/**
 * Rejects a request without valid credentials: the API key for `authenticate`, `API_KEY <key>` for v1, otherwise the
 * access token from `authenticate`, with or without `Bearer`. Without `docdigitizer.apiKeys`, any value is accepted.
 * @throws {RingbackError} `auth.missing`, `auth.wrong`
 */
export function authorize(request: RequestHead, context: ProviderContext): void | Promise<void> {
  const id = request.operation.id;
  const keys = context.settings['docdigitizer.apiKeys'];
  const given = request.headers.authorization?.trim() ?? '';
  if (id === 'authenticate') {
    const expected = 'Authorization: <API key>';
    if (given === '') throw missing(id, expected);
    if (keys.length > 0 && !keys.includes(given))
      throw wrong(id, 'an API key that is not one of this space', expected);
    return;
  }
  if (isOperationV1(id)) {
    const expected = 'Authorization: API_KEY <API key>';
    if (given === '') throw missing(id, expected);
    const key = /^API_KEY\s+(\S.*)$/i.exec(given)?.[1];
    if (key === undefined) throw wrong(id, 'another scheme', expected);
    if (keys.length > 0 && !keys.includes(key))
      throw wrong(id, 'an API key that is not one of this space', expected);
    return;
  }
  const expected = 'Authorization: Bearer <accessToken> with a token from POST /api/v2/authenticate';
  if (given === '') throw missing(id, expected);
  const token = bearer.exec(given)?.[1];
  if (token === undefined) throw wrong(id, 'something that is no token', expected);
  if (keys.length > 0) return checkIssued(token, request, context, expected);
}

/** An access token, with or without the scheme. The scheme alone is not a token. */
const bearer = /^(?:Bearer\s+)?(?!Bearer$)(\S+)$/i;

/** Returns the tokens of an API key, `{accessToken, refreshToken}`, always the same ones. */
export async function authenticate(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const key = request.headers.authorization?.trim() ?? '';
  const accessToken = drawToken('access', key, context);
  // Tokens are stored only if keys are checked, so that arbitrary keys do not fill the store.
  if (context.settings['docdigitizer.apiKeys'].length > 0) {
    await context.resources.put({
      id: accessToken,
      provider: providerName,
      kind: 'token',
      createdAt: context.clock.now(),
      data: { apiKey: key },
      patch: {},
    });
  }
  return { status: 200, body: { accessToken, refreshToken: drawToken('refresh', key, context) } };
}

function drawToken(kind: string, key: string, context: ProviderContext): string {
  const random = context.random(`${providerName}/${kind}-token/${key}`);
  return `${random.uuid()}${random.uuid()}`.replaceAll('-', '');
}

async function checkIssued(
  token: string,
  { operation }: RequestHead,
  { resources, settings }: ProviderContext,
  expected: string,
): Promise<void> {
  const found = await resources.get(token);
  const isIssued =
    found?.kind === 'token' && settings['docdigitizer.apiKeys'].some((key) => key === found.data.apiKey);
  if (!isIssued) throw wrong(operation.id, 'a token that this space has not issued', expected);
}

function missing(operation: string, expected: string): RingbackError {
  return new RingbackError('auth.missing', {
    detail: `Could not authorize ${operation}: there is no Authorization header. Expected ${expected}.`,
    violations: [{ location: 'header/Authorization', code: 'auth.missing', message: `expected ${expected}` }],
    headers: { 'www-authenticate': challenge(operation) },
  });
}

function wrong(operation: string, found: string, expected: string): RingbackError {
  return new RingbackError('auth.wrong', {
    detail: `Could not authorize ${operation}: the Authorization header holds ${found}. Expected ${expected}.`,
    violations: [{ location: 'header/Authorization', code: 'auth.wrong', message: `expected ${expected}` }],
    headers: { 'www-authenticate': challenge(operation) },
  });
}

function challenge(operation: string): string {
  const scheme = operation === 'authenticate' || isOperationV1(operation) ? 'API_KEY' : 'Bearer';
  return `${scheme} realm="DocDigitizer"`;
}
