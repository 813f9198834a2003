// The floor of DocDigitizer: what a good engineer writes by hand. node:http + busboy + undici, an in-memory Map; no
// validation, no script, no retries, no log.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import busboy from 'busboy';
import { Agent, request } from 'undici';
import { answer } from './answer.mjs';

/** When each callback of a document is sent, in milliseconds after its response. */
const delays = (process.env.DELAYS_MS ?? '0').split(',').map(Number);
const dispatcher = new Agent({ connections: 128 });
const documents = new Map();

async function callBack(document) {
  document.state = 91;
  const url = `${document.callbackUrl}?documentId=${document.id}&state=91&stateText=ANNOTATED`;
  try {
    const { statusCode, body } = await request(url, { dispatcher });
    await body.dump();
    document.statusCode = statusCode;
  } catch (error) {
    document.error = error.message;
  }
}

function schedule(document) {
  for (const delay of delays) {
    if (delay === 0) setImmediate(callBack, document);
    else setTimeout(callBack, delay, document);
  }
}

createServer((req, res) => {
  if (req.method !== 'POST') {
    answer(res, 404, { error: 'not found' });
    return;
  }
  const document = {
    id: randomUUID(),
    state: 10,
    bytes: 0,
    fileName: '',
    callbackUrl: null,
    statusCode: null,
    error: null,
  };
  const form = busboy({ headers: req.headers });
  form.on('file', (_name, stream, { filename }) => {
    document.fileName = filename;
    stream.on('data', (chunk) => {
      document.bytes += chunk.length;
    });
  });
  form.on('field', (name, value) => {
    if (name === 'callbackUrl') document.callbackUrl = value;
  });
  form.on('close', () => {
    documents.set(document.id, document);
    answer(res, 202, { document_id: document.id });
    if (document.callbackUrl !== null) schedule(document);
  });
  req.pipe(form);
}).listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
