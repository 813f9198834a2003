import express from 'express';

const finalStates = [91, 92, 999];

/**
 * Submits documents to DocDigitizer and is called back with their states, by GET.
 * @param {object} options
 * @param {string} options.docdigitizerUrl `https://api.docdigitizer.com`, or the mock's URL
 * @param {string} options.secret A GET carries no header of ours: what proves a callback is a part of its URL.
 * @param {(id: string, stateText: string) => void} options.onFinished told once of each final state of a document
 */
export function createConsumer({ docdigitizerUrl, secret, onFinished }) {
  const headers = { authorization: 'Bearer token' };
  /** @type {Map<string, number | null>} Last known state by document id. */
  const states = new Map();
  let work = Promise.resolve();

  /** @param {string} id */
  async function ask(id) {
    const answer = await fetch(`${docdigitizerUrl}/api/v2/documents/${encodeURIComponent(id)}`, { headers });
    if (answer.status === 404) return;
    if (!answer.ok) throw new Error(`Could not get the document ${id}: status ${answer.status}.`);
    const document = /** @type {import('ringback/types').DocumentResource} */ (await answer.json());
    const known = states.get(id);
    states.set(id, document.state);
    if (isFinal(document.state) && document.state !== known) onFinished(id, document.stateText);
  }

  const app = express();
  // Without this, Express lets the handler of GET work for a HEAD.
  app.head('/callbacks/:secret', (_, response) => void response.end());
  app.get('/callbacks/:secret', (request, response) => {
    const { documentId, state } = request.query;
    if (request.params.secret !== secret) {
      response.status(401).json({ error: 'unknown caller' });
    } else if (typeof documentId !== 'string' || typeof state !== 'string' || !/^\d+$/.test(state)) {
      response.status(400).json({ error: 'expected documentId and state' });
    } else {
      // Acknowledged at once; what follows takes the time that it takes.
      response.json({ received: true });
      const known = states.get(documentId);
      if (known === Number(state)) return;
      if (Number(state) === 30 && known !== undefined) {
        if (!isFinal(known)) states.set(documentId, 30);
        return;
      }
      work = work.then(() => ask(documentId)).catch(() => undefined);
    }
  });

  return {
    app,
    states,
    /**
     * @param {Blob} file
     * @param {string} ownUrl where this consumer is reached
     * @returns {Promise<string>} the document's id
     */
    async submit(file, ownUrl) {
      const body = new FormData();
      body.append('files', file, 'invoice.pdf');
      body.append('callbackUrl', `${ownUrl}/callbacks/${secret}`);
      const answer = await fetch(`${docdigitizerUrl}/api/v2/documents`, { method: 'POST', headers, body });
      if (answer.status !== 202) throw new Error(`Could not submit: status ${answer.status}.`);
      const { document_id } = /** @type {{ document_id: string }} */ (await answer.json());
      if (!states.has(document_id)) states.set(document_id, null);
      return document_id;
    },
    /** Waits for the work behind the callbacks that were acknowledged. */
    idle: () => work,
    /** Asks about every document that has no final state: a callback may have been lost. */
    async reconcile() {
      for (const [id, state] of states) if (!isFinal(state)) await ask(id);
    },
  };
}

/** @param {number | null | undefined} state */
function isFinal(state) {
  return finalStates.includes(state ?? 0);
}
