// Writes the pages and the picture of docs/ that are generated from the sources.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledProvidersPage } from './docs/bundled-providers-page.ts';
import { callbacksPage } from './docs/callbacks-page.ts';
import { checkPage, rulePages } from './docs/check-page.ts';
import { cliPage } from './docs/cli-page.ts';
import { configurationPage } from './docs/configuration-page.ts';
import { errorsPage } from './docs/errors-page.ts';
import { settingsPage } from './docs/settings-page.ts';
import { timelinePicture } from './docs/timeline-picture.ts';

const folder = join(import.meta.dirname, '../docs');
const pages = {
  'bundled-providers.md': bundledProvidersPage,
  'callbacks.md': callbacksPage,
  'check.md': checkPage,
  'cli.md': cliPage,
  'configuration.md': configurationPage,
  'errors.md': errorsPage,
  'settings.md': settingsPage,
};

for (const [name, page] of Object.entries(pages)) writeFileSync(join(folder, name), page());
writeFileSync(join(folder, 'timeline.svg'), await timelinePicture());

mkdirSync(join(folder, 'rules'), { recursive: true });
for (const [name, page] of Object.entries(rulePages())) writeFileSync(join(folder, 'rules', name), page);
