import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openRaw } from '../server/support/raw-client.ts';
import { informedClient } from '../support/clients.ts';
import { call, smallPdf, useTestServer } from '../support/test-server.ts';

const pdf = smallPdf();
const form = `--b\r\ncontent-disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n${pdf}\r\n--b--\r\n`;

describe('a request that a reset overtakes', () => {
  const server = useTestServer();
  const control = (space: string, method: string, path: string, body?: unknown) =>
    call(method, `${server().url}/@${space}/_ringback/${path}`, body);
  const listed = async () => (await control('default', 'GET', 'spaces')).body;
  const spaceOf = async (name: string) =>
    (await listed()).spaces.find((space: { name: string }) => space.name === name);
  const openRequests = async (name: string) => (await spaceOf(name))?.openRequests ?? 0;

  /** Sends a request up to the end of its body. Returns a function that sends the rest and reads the response. */
  async function begin(space: string, head: string, body: string) {
    const socket = await openRaw(server().port);
    const before = await openRequests(space);
    socket.write(
      `${head} HTTP/1.1\r\nhost: 127.0.0.1:${server().port}\r\nconnection: close\r\ncontent-length: ${body.length}\r\n`,
    );
    socket.write(
      `authorization: Bearer any\r\ncontent-type: multipart/form-data; boundary=b\r\n\r\n${body.slice(0, -20)}`,
    );
    await expect.poll(() => openRequests(space), { interval: 5 }).toBe(before + 1);
    const end = (): Promise<string> => {
      socket.write(body.slice(-20));
      return text(socket);
    };
    const cutOff = async (): Promise<void> => {
      socket.destroy();
      await expect.poll(() => openRequests(space), { interval: 5 }).toBe(before);
    };
    return { end, cutOff };
  }

  const refusal = (space: string) =>
    new RegExp(
      `^HTTP/1.1 409 .*resource\\.conflict.*the space \\\\"${space}\\\\" was reset.*send it again`,
      's',
    );

  /** Announces a file; after each reset, with the same ids as before. */
  async function announce(space: string): Promise<string> {
    const base = `${server().url}/@${space}`;
    const informed = informedClient(base);
    const id = await informed.register(`${base}/_ringback/inbox/a`);
    return (await informed.announce(id, ['a.pdf'])).image_files[0].upload_url;
  }

  const beginUpload = (space: string, url: string) => begin(space, `PUT ${new URL(url).pathname}`, pdf);
  const upload = (url: string) => informedClient('').upload(url, Buffer.from(pdf));

  it('leaves no run and no document, takes no order, and gets a conflict', async () => {
    const late = await begin('form', 'POST /@form/docdigitizer/api/v2/documents', form);
    await control('form', 'POST', 'reset');
    await control('form', 'POST', 'next', { scenario: 'docdigitizer/rejected' });
    expect(await late.end()).toMatch(refusal('form'));
    expect((await spaceOf('form')).counts).toMatchObject({ resources: 0, runs: 0 });
    expect(server().spaces.get('form').scenarios.queue()).toHaveLength(1);
  });

  it('does not upload to the file that now has the same id, and keeps no bytes', async () => {
    const url = await announce('raw');
    const late = await beginUpload('raw', url);
    await control('raw', 'POST', 'reset');
    expect(await announce('raw')).toBe(url);
    const { uploadBytes } = await listed();
    expect(await late.end()).toMatch(refusal('raw'));
    expect((await listed()).uploadBytes).toBe(uploadBytes);
    expect((await upload(url)).status).toBe(200);
  });

  it.each(['end', 'cutOff'] as const)('does not affect the newer upload when it ends (%s)', async (over) => {
    const space = `over-${over}`;
    const url = await announce(space);
    const late = await beginUpload(space, url);
    await control(space, 'POST', 'reset');
    await announce(space);
    expect((await upload(url)).status).toBe(200);
    await late[over]();
    expect((await upload(url)).body.detail).toMatch(/was uploaded already/);
  });
});
