import express from 'express';
import { createConsumer } from '../src/consumer.js';

/** Starts the consumer with what `ringback check` needs: its state, and a way to make it submit. */
const {
  DOCDIGITIZER_URL = 'http://127.0.0.1:4020/docdigitizer',
  PORT = '3000',
  POLL_MS = '300',
} = process.env;

/** @type {Map<string, string[]>} What was done, by the id of the document. */
const done = new Map();
const { app, states, submit, reconcile } = createConsumer({
  docdigitizerUrl: DOCDIGITIZER_URL,
  secret: 's3cret',
  onFinished: (id, stateText) => done.set(id, [...(done.get(id) ?? []), stateText]),
});
setInterval(() => reconcile().catch(() => undefined), Number(POLL_MS));

app.post('/submit', express.raw({ type: () => true, limit: '10mb' }), async (request, response) => {
  response.status(202).json({ id: await submit(new Blob([request.body]), `http://127.0.0.1:${PORT}`) });
});
app.get('/state/:id', (request, response) => {
  const { id } = request.params;
  if (states.has(id)) response.json({ state: states.get(id), finished: done.get(id) ?? [] });
  else response.status(404).json({ message: 'not found' });
});
app.listen(Number(PORT), '127.0.0.1');
