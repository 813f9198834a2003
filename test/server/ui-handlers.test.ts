import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';

/** The files that the page names, by URL. */
async function namedFiles(url: string): Promise<Map<string, string>> {
  const { body: page } = await call('GET', url);
  const urls = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = '']) => new URL(name, url).href);
  const files = new Map<string, string>();
  for (const each of urls) {
    const { status, body } = await call('GET', each);
    expect([each, status]).toEqual([each, 200]);
    files.set(each, body);
  }
  return files;
}

describe('GET /_ringback/ui', () => {
  it.each(['', '/@team'])('serves the page and its files below %j', async (space) => {
    const { url } = await startRingback();
    const files = await namedFiles(`${url}${space}/_ringback/ui`);
    expect([...files.keys()].map((file) => file.replace(/-[\w-]{8}\./, '.').slice(url.length))).toEqual([
      `${space}/_ringback/ui/icon.svg`,
      `${space}/_ringback/ui/index.js`,
      `${space}/_ringback/ui/index.css`,
    ]);
  });

  it('loads at most 150 KB, compressed, and nothing of another origin', async () => {
    const { url } = await startRingback();
    const files = await namedFiles(`${url}/_ringback/ui`);
    const bytes = [...files.values()].reduce((sum, text) => sum + gzipSync(text).length, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(150_000);
    for (const file of files.keys()) expect(file).toContain(url);
  });

  it('allows its own scripts, and none within the page', async () => {
    const { url } = await startRingback();
    const { headers, body: page } = await call('GET', `${url}/_ringback/ui`);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/);
  });

  it('lets a browser keep the files, and asks it to check the page', async () => {
    const { url } = await startRingback();
    const page = await call('GET', `${url}/_ringback/ui`);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const etag = page.headers.get('etag') ?? '';
    const again = await call('GET', `${url}/_ringback/ui`, undefined, { 'if-none-match': etag });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag]);
    const [script = ''] = [...(await namedFiles(`${url}/_ringback/ui`)).keys()].filter((file) =>
      file.endsWith('.js'),
    );
    const { headers } = await call('GET', script);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('redirects a path with a slash at its end, since the page names its files without one', async () => {
    const { url } = await startRingback();
    const { status, headers } = await fetch(`${url}/@team/_ringback/ui/`, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([308, '../ui']);
    expect((await call('GET', `${url}/@team/_ringback/ui/`)).status).toBe(200);
  });

  it.each(['app.js', 'index.html', '..%2fui'])('has no file %s', async (name) => {
    const { url } = await startRingback();
    const { status, body } = await call('GET', `${url}/_ringback/ui/${name}`);
    expect([status, body.type]).toEqual([404, 'urn:ringback:resource.not-found']);
  });

  it('needs no token, but creates no space without it', async () => {
    const { url } = await startRingback({ controlToken: 's3cret' });
    expect((await call('GET', `${url}/_ringback/runs`)).status).toBe(401);
    expect((await call('GET', `${url}/_ringback/ui`)).status).toBe(200);
    const other = await call('GET', `${url}/@team/_ringback/ui`);
    expect([other.status, other.body.type]).toEqual([404, 'urn:ringback:space.unknown']);
  });

  it('refuses what the control API refuses: foreign hosts and pages', async () => {
    const { url } = await startRingback();
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const { status, body } = await call('GET', `${url}/_ringback/ui`, undefined, headers);
      expect([status, body.type]).toEqual([403, 'urn:ringback:control.forbidden']);
    }
  });
});
