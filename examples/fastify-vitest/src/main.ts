import { createConsumer } from './consumer.ts';

const {
  DOCDIGITIZER_URL = 'https://api.docdigitizer.com',
  INFORMED_URL = 'https://api.informediq.com',
  CALLBACK_AUTHORIZATION,
  PORT = '3000',
} = process.env;
if (CALLBACK_AUTHORIZATION === undefined) {
  throw new Error('Set CALLBACK_AUTHORIZATION to what callbacks have to carry, e.g. "Bearer s3cret".');
}

const consumer = createConsumer({
  docdigitizerUrl: DOCDIGITIZER_URL,
  informedUrl: INFORMED_URL,
  authorization: CALLBACK_AUTHORIZATION,
  // In earnest: an INSERT.
  journal: { append: async (callback) => console.log('received', JSON.stringify(callback)) },
  onFinished: ({ document_id, stateText }) => console.log('finished', document_id, stateText),
  onVerified: (application, found) => console.log('verified', application, found),
});
console.log('listening on', await consumer.app.listen({ port: Number(PORT) }));
setInterval(() => consumer.reconcile().catch(console.error), 60_000);
