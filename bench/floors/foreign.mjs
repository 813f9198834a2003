// The floor of a foreign contract: one JSON submission, one JSON callback. node:http + undici, a Map in memory; no
// validation, no script, no retries, no log.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import { answer, readJson } from './answer.mjs';

const dispatcher = new Agent({ connections: 128 });
const headers = { 'content-type': 'application/json' };
const documents = new Map();

async function callBack(document) {
  document.status = 'done';
  const body = JSON.stringify({ id: document.id, status: document.status });
  try {
    const answered = await request(document.callbackUrl, { method: 'POST', headers, body, dispatcher });
    await answered.body.dump();
    document.statusCode = answered.statusCode;
  } catch (error) {
    document.error = error.message;
  }
}

createServer((req, res) => {
  if (req.method !== 'POST') {
    answer(res, 404, { error: 'not found' });
    return;
  }
  readJson(req, ({ name, callbackUrl }) => {
    const document = {
      id: randomUUID(),
      name,
      status: 'pending',
      callbackUrl,
      statusCode: null,
      error: null,
    };
    documents.set(document.id, document);
    answer(res, 202, { id: document.id, status: document.status });
    if (callbackUrl !== undefined) setImmediate(callBack, document);
  });
}).listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
