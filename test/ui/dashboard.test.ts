import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/start-server.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startRingback } from '../support/ringback.ts';
import { call, smallPdf, submitDocument } from '../support/test-server.ts';
import { eventually, expectAccessible, lacksBrowser, patienceMs, useBrowser } from './browser.ts';

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
/** The rows of deliveries; the row of a run names its callbacks too. */
const delivered = (page: Page, text: string) =>
  page.locator('[role=row][aria-level="2"]').filter({ hasText: text });
const details = (page: Page) => page.getByRole('complementary', { name: 'Details' });

function pdfs(...names: string[]): { name: string; mimeType: string; buffer: Buffer }[] {
  return names.map((name) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from(smallPdf()) }));
}

describe.skipIf(lacksBrowser)('the dashboard', { timeout: 4 * patienceMs }, () => {
  const open = useBrowser();

  it('follows a submission live, to the last attempt', async () => {
    const { url, control } = await startRingback();
    const { page, troubles } = await open(`${url}/_ringback/ui`);
    await page.getByText('Nothing has been submitted to this space yet.').waitFor();
    await expectAccessible(page, 'empty');
    await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/mine` });
    await row(page, 'annotated').waitFor();
    expect(await delivered(page, 'documentState').count()).toBe(0);
    await control('POST', 'clock', { settle: true });
    await eventually(() => delivered(page, 'documentState').allInnerTexts()).toHaveLength(2);
    await eventually(() => row(page, 'annotated').innerText()).toContain('2/2');
    await expectAccessible(page, 'a run');
    expect(troubles).toEqual([]);
  });

  it('submits an application with three files, and shows its retry and its fault', async () => {
    const { url, control } = await startRingback();
    await control('PUT', 'inboxes/mine', { answers: [{ status: 503, times: 1 }, 200] });
    const { page, troubles } = await open(`${url}/@team/_ringback/ui`);
    await call('PUT', `${url}/@team/_ringback/inboxes/mine`, { answers: [{ status: 503 }, { status: 200 }] });
    await page.getByRole('button', { name: 'Submit something' }).click();
    await page.getByLabel('Operation').selectOption('registerApplication');
    await page.getByLabel('product (required)').fill('consumer');
    await page.locator('input[type=file]').setInputFiles(pdfs('a.pdf', 'b.pdf', 'c.pdf'));
    await page.getByLabel('Scenario').selectOption('informed/new-property');
    await expectAccessible(page, 'the form');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await details(page).getByRole('heading', { name: 'informed/new-property' }).waitFor();
    await page.getByRole('button', { name: 'Settle' }).click();
    await page.getByText(/It is now .* 0 pending/).waitFor();
    const { deliveries } = (await call('GET', `${url}/@team/_ringback/deliveries`)).body;
    expect(
      deliveries.filter((each: { callback: string }) => each.callback === 'informed.extractions'),
    ).toHaveLength(3);
    const retried = delivered(page, '2× → 200');
    await eventually(() => retried.count()).toBe(1);
    const faulty = delivered(page, 'extractions');
    await eventually(() =>
      faulty.filter({ has: page.getByLabel('fault, intended') }).count(),
    ).toBeGreaterThan(0);
    await retried.click();
    await details(page).getByText('Acknowledged with 200').waitFor();
    await details(page).getByRole('link', { name: '1: 503' }).click();
    await details(page).getByText('responded 503').waitFor();
    await expectAccessible(page, 'a retried delivery');
    expect(troubles).toEqual([]);
  });

  it('submits to a contract of your own, and shows what it calls back', async () => {
    const contract = join(import.meta.dirname, 'payments.yaml');
    const { url } = await startRingback({ contract });
    const { page, troubles } = await open(`${url}/_ringback/ui`);
    await page.getByRole('button', { name: 'Submit…' }).click();
    await page.getByLabel('Body as JSON').waitFor();
    expect(JSON.parse(await page.getByLabel('Body as JSON').inputValue())).toEqual({
      amount: 100,
      notify: { url: `${url}/_ringback/inbox/mine` },
    });
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await details(page).getByText('createPayment', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Settle' }).click();
    await eventually(() => delivered(page, 'paid').filter({ hasText: '200' }).count()).toBe(1);
    expect((await call('GET', `${url}/_ringback/inboxes/mine`)).body.total).toBe(1);
    expect(troubles).toEqual([]);
  });

  it('plays the next scenario, redelivers, sends an edited callback, steps the clock and resets', async () => {
    const { url, runs, deliveries } = await startRingback();
    const { page, troubles } = await open(`${url}/_ringback/ui`);
    await page.getByRole('button', { name: 'Scenario…' }).click();
    await page.getByLabel('Scenario').selectOption('docdigitizer/rejected');
    await page.getByText('{"state":92').waitFor();
    await page.getByRole('button', { name: 'Add to the queue' }).click();
    await page.getByText('docdigitizer/rejected, for 1 submission').waitFor();
    await expectAccessible(page, 'the next scenario');
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();

    await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/mine` });
    expect((await runs())[0]?.scenario).toBe('docdigitizer/rejected');
    await page.getByLabel('Step of the clock').fill('3s');
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await eventually(async () => (await deliveries()).length).toBe(1);

    await delivered(page, 'documentState').first().click();
    await details(page).getByRole('button', { name: 'Redeliver' }).click();
    await details(page).getByText('another delivery').waitFor();
    await details(page).getByRole('button', { name: 'Edit and send…' }).click();
    const payload = page.getByLabel(/Payload as JSON/);
    await payload.fill((await payload.inputValue()).replace('RECEIVEDMACHINELEARN', 'EDITED'));
    await expectAccessible(page, 'the callback');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await details(page).getByText('Sent by hand').waitFor();
    expect((await deliveries()).map(({ url: to }) => new URL(to).searchParams.get('stateText'))).toEqual([
      'RECEIVEDMACHINELEARN',
      'RECEIVEDMACHINELEARN',
      'EDITED',
    ]);

    await page.getByRole('button', { name: 'Reset…' }).click();
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await page.getByText('The space was reset').waitFor();
    await page.getByText('Nothing has been submitted to this space yet.').waitFor();
    expect(await runs()).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('shows HTML and scripts in bodies as text', async () => {
    const { url, control } = await startRingback();
    const { page, troubles } = await open(`${url}/_ringback/ui`);
    const html = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await control('PUT', 'inboxes/mine', {
      answers: [{ status: 200, body: html, headers: { 'content-type': 'text/html' } }],
    });
    const to = `${url}/_ringback/inbox/mine`;
    const payload = { event_type: html, [html]: html };
    const { body } = await control('POST', 'callbacks', { callback: 'informed.extractions', to, payload });
    await page.goto(`${url}/_ringback/ui#/delivery/${body.id}`);
    await eventually(() => details(page).locator('pre').first().innerText()).toBe(html);
    expect(await details(page).locator('pre').nth(1).innerText()).toContain('onerror=');
    await details(page).getByText('The payload breaks the contract').waitFor();
    await page.goto(`${url}/_ringback/ui#/inbox/mine`);
    await page.getByRole('link', { name: /onerror/ }).click();
    await details(page).getByText('Received by the inbox mine').waitFor();
    expect(await page.locator('img, main script, aside script').count()).toBe(0);
    expect([await page.title(), troubles]).toEqual(['Ringback', []]);
  });

  it('asks for the token once, and keeps it out of URLs', async () => {
    const { url } = await startRingback({ controlToken: 's3cret-token' });
    const { page, troubles } = await open(`${url}/_ringback/ui`);
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await page.getByLabel('Control token').fill('wrong');
    await page.getByRole('button', { name: 'Open the dashboard' }).click();
    await page.getByText('The token does not match').waitFor();
    await expectAccessible(page, 'the token');
    await page.getByLabel('Control token').fill('s3cret-token');
    await page.getByRole('button', { name: 'Open the dashboard' }).click();
    await page.getByText('live').waitFor();
    await page.reload();
    await page.getByText('live').waitFor();
    expect(urls.length).toBeGreaterThan(5);
    expect(urls.filter((each) => each.includes('s3cret'))).toEqual([]);
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).toBe('{}');
    expect(troubles).toEqual([]);
  });

  it('says that the server is gone, and continues when it is back', async () => {
    const first = await startServer({ port: 0, clock: 'virtual', seed: 1 });
    const { url, port } = first;
    const { page, troubles } = await open(`${url}/_ringback/ui`);
    await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/mine` });
    await row(page, 'annotated').waitFor();
    await first.close({ graceMs: 1_000 });
    await page.getByText('The server does not respond.').waitFor();
    expect(await row(page, 'annotated').count()).toBe(1);
    const second = await startServer({ port, clock: 'virtual', seed: 1 });
    closeAfterwards(async () => void (await second.close({ graceMs: 1_000 })));
    await page.getByText('The server was restarted').waitFor();
    await page.getByText('Nothing has been submitted to this space yet.').waitFor();
    await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/mine` });
    await row(page, 'annotated').waitFor();
    expect(troubles).toEqual([]);
  });

  it('says that what a link names is gone', async () => {
    const { url } = await startRingback();
    const { page } = await open(`${url}/_ringback/ui#/run/none`);
    await page.getByRole('heading', { name: 'This run is gone' }).waitFor();
    await page.goto(`${url}/_ringback/ui#/delivery/none/2`);
    await page.getByRole('heading', { name: 'This delivery is gone' }).waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => details(page).count()).toBe(0);
  });

  it('shows the start of a payload of 5 MB, and all of it on demand', async () => {
    const { url, control } = await startRingback({ settings: { 'limits.jsonBytes': 20_000_000 } });
    const { page } = await open(`${url}/_ringback/ui`);
    const payload = { text: 'x'.repeat(5_000_000) };
    const to = `${url}/_ringback/inbox/mine`;
    const { body } = await control('POST', 'callbacks', { callback: 'informed.extractions', to, payload });
    await page.goto(`${url}/_ringback/ui#/delivery/${body.id}`);
    const request = details(page).getByRole('region', { name: 'Request' }).locator('pre');
    await eventually(async () => (await request.innerText()).length).toBe(20_000);
    await details(page).getByRole('button', { name: 'Show all 4.8 MiB' }).click();
    await eventually(async () => (await request.textContent())?.length).toBeGreaterThan(5_000_000);
  });

  it('shows the bytes of a response that is no text', async () => {
    const { url, control } = await startRingback();
    const { page, troubles } = await open(`${url}/_ringback/ui`);
    await control('PUT', 'inboxes/mine', {
      answers: [{ status: 200, body: '\u0000\u0001PNG', headers: { 'content-type': 'image/png' } }],
    });
    const to = `${url}/_ringback/inbox/mine`;
    const { body } = await control('POST', 'callbacks', { callback: 'informed.error', to });
    await page.goto(`${url}/_ringback/ui#/delivery/${body.id}`);
    await details(page).getByText('This is not text (image/png)').waitFor();
    expect(troubles).toEqual([]);
  });

  it('shows a clock that another client moves', async () => {
    const { url, advance } = await startRingback();
    const { page } = await open(`${url}/_ringback/ui`);
    await page.getByText('2030-01-01 00:00:00').waitFor();
    await advance('2h');
    await page.getByText('2030-01-01 02:00:00').waitFor();
  });

  it('draws the rows in view alone, of 10,000 deliveries', async () => {
    const { url, control } = await startRingback();
    for (let sent = 0; sent < 50; sent++) {
      const form = new FormData();
      form.append('callbackUrl', `${url}/_ringback/inbox/mine`);
      for (let file = 0; file < 100; file++)
        form.append('files', new Blob([smallPdf()]), `${sent}-${file}.pdf`);
      const headers = { authorization: 'Bearer any', 'x-ringback-scenario': 'docdigitizer/annotated' };
      const path = '/docdigitizer/api/v2/documents';
      expect((await fetch(url + path, { method: 'POST', headers, body: form })).status).toBe(202);
    }
    await control('POST', 'clock?bodyLimit=0', { settle: true });
    const { page, troubles } = await open(`${url}/_ringback/ui`);
    await page.getByText('5,000 runs, 10,000 deliveries').waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    await page.locator('.scroller').evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await eventually(() => page.locator('[role=row][aria-rowindex="15000"]').count()).toBe(1);
    expect(troubles).toEqual([]);
  });

  it.each([
    ['dark', { colorScheme: 'dark' as const }],
    ['narrow', { viewport: { width: 390, height: 780 } }],
  ])('is readable when it is %s', async (name, options) => {
    const { url, control } = await startRingback();
    const { page } = await open(`${url}/_ringback/ui`, options);
    await control('PUT', 'inboxes/mine', { answers: [500] });
    await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/mine` });
    await control('POST', 'clock', { settle: true });
    await delivered(page, 'documentState').first().waitFor();
    await expectAccessible(page, name);
    await delivered(page, 'documentState').first().click();
    await details(page).getByText('responded 500').waitFor();
    await expectAccessible(page, `${name}, with details`);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  it('is used by keyboard alone', async () => {
    const { url, settle } = await startRingback();
    const { page } = await open(`${url}/_ringback/ui`);
    await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/mine` });
    await settle();
    await eventually(() => delivered(page, 'documentState').count()).toBe(2);
    await page.getByRole('button', { name: 'Later' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await details(page).getByText('Delivery, delivered').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await eventually(() => delivered(page, 'documentState').count()).toBe(0);
    await page.keyboard.press('ArrowRight');
    await eventually(() => delivered(page, 'documentState').count()).toBe(2);
  });
});
