import { existsSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { uiFiles } from '../../src/server/ui/ui-files.ts';

/** Debian's Chromium. Others can be named. */
const executablePath = process.env.RINGBACK_CHROMIUM ?? '/usr/bin/chromium';

/** True: the tests cannot run here, and are skipped. In CI they fail. */
export const lacksBrowser = !existsSync(executablePath) && process.env.CI === undefined;
if (lacksBrowser) {
  console.warn(
    `Skipped: there is no Chromium at ${executablePath}. Install Debian's package chromium, or name another in RINGBACK_CHROMIUM.`,
  );
}

/** How long a page may take for a step, on a machine that is busy with other things. */
export const patienceMs = 60_000;

/** Waits until a value of the page is as expected. */
export const eventually = <T>(read: () => T | Promise<T>) =>
  expect.poll(read, { timeout: patienceMs, interval: 50 });

export interface DashboardPage {
  readonly page: Page;
  /** What the browser reported: violations of the content security policy, errors of scripts. */
  readonly troubles: readonly string[];
}

/**
 * Opens pages in one browser for the tests of a file. A page fails its test if a script throws, or if it does something
 * that the content security policy forbids.
 */
export function useBrowser(): (url: string, options?: BrowserContextOptions) => Promise<DashboardPage> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (lacksBrowser) return;
    // The first start of the browser, and the build of the dashboard, take seconds on a busy machine.
    await uiFiles();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: 120_000 });
  }, 180_000);
  afterAll(async () => browser?.close());
  return async (url, options = {}) => {
    if (browser === undefined) throw new Error('The browser has not started.');
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    });
    onTestFinished(() => context.close());
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      // The browser reports each refused request too; the page says so itself.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) troubles.push(text);
    });
    await page.goto(url, { timeout: patienceMs });
    return { page, troubles };
  };
}

/** Fails unless the page keeps to WCAG 2.2 AA, as far as a program can tell. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
  expect(found, what).toEqual([]);
  expect(passes.length).toBeGreaterThan(10);
}
