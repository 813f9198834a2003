// Ringback in the neutral harness, as DocDigitizer: submit is a multipart submission of a valid PDF of the size that
// the harness requests (650 bytes at least), with one callback (GET). get is getDocument.
import { authorization, documentsPath, onceAfter, submission } from './lib/docdigitizer-requests.ts';
import { writePdf } from './lib/pdf.ts';
import { common, serve } from './neutral-targets/serve.mjs';

const files = new Map();

export default (o) => ({
  ...common,
  name: 'ringback',
  start: serve(o, onceAfter([o.delayMs ?? 0])),
  supports: { callback: true, delay: true, get: true, state: true, retries: true },
  submit({ callbackUrl, size = 400 }) {
    if (!files.has(size)) files.set(size, writePdf(size));
    return submission({ file: files.get(size), callbackUrl });
  },
  get: ({ id }) => ({ method: 'GET', path: `${documentsPath}/${id}`, headers: authorization }),
  docId: (body) => JSON.parse(body).document_id,
});
