import { RingbackError } from '../../core/errors.ts';
import { clipped, quoted } from '../../core/quoted.ts';
import type { ControlAnswer, ControlHandlers, ControlRequest } from '../control/control-handler.ts';
import { judgeConditions } from '../http/conditional-request.ts';
import { pageName, type UiFile, uiFiles } from './ui-files.ts';

/** The handlers that serve the dashboard. Its files are read for the first request. */
export function uiHandlers(): ControlHandlers {
  return {
    getUi: async (request) => {
      const [path = ''] = request.url.split('?');
      // The page names its files relative to its path without a slash.
      if (path.endsWith('/')) return { status: 308, headers: { location: '../ui' } };
      return answer(request, pageName, (await uiFiles()).get(pageName), 'no-cache');
    },
    getUiFile: async (request) => {
      const { file = '' } = request.path;
      const known = file === pageName ? undefined : (await uiFiles()).get(file);
      return answer(request, file, known, 'public, max-age=31536000, immutable');
    },
  };
}

function answer(
  { headers }: ControlRequest,
  name: string,
  file: UiFile | undefined,
  caching: string,
): ControlAnswer {
  if (file === undefined) {
    throw new RingbackError('resource.not-found', {
      details: { kind: 'file', id: clipped(name) },
      detail: `Could not serve ${quoted(name)}: the dashboard has no such file. Load its page again.`,
    });
  }
  const { etag, mediaType, content } = file;
  const validators = { etag, 'cache-control': caching };
  const status = judgeConditions(headers, { etag, modifiedAt: null });
  if (status === 304) return { status, headers: validators };
  return { status: 200, headers: validators, text: { content, mediaType } };
}
