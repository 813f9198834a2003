import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoot } from '../src/loading/contract-files.ts';
import { shareDeclarations } from './declarations.ts';
import { writeReadyChecks } from './ready-checks.ts';
import { writeShipped } from './shipped.ts';
import { writeUi } from './ui.ts';

/**
 * Builds the package: `node tools/build.ts [folder]`, by default to `dist/`. One source gives two builds: ES modules in
 * the folder, and CommonJS in `cjs/` below it, since jest cannot `require` an ES module.
 */
const dist = resolve(process.argv[2] ?? join(packageRoot, 'dist'));
const cjs = join(dist, 'cjs');
rmSync(dist, { recursive: true, force: true });
compile('tsconfig.build.json', dist);
compile('tsconfig.cjs.json', cjs);
writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(
  join(cjs, 'loading', 'code-folder.js'),
  "'use strict';\nexports.codeFolder = require('node:path').resolve(__dirname, '../..');\n",
);
shareDeclarations(dist, { import: dist, require: cjs });
await writeShipped(dist);
await writeReadyChecks(dist);
await writeUi(dist);

function compile(project: string, to: string): void {
  const { bin } = JSON.parse(readFileSync(join(packageRoot, 'node_modules/typescript/package.json'), 'utf8'));
  execFileSync(
    process.execPath,
    [join(packageRoot, 'node_modules/typescript', bin.tsc), '-p', project, '--outDir', to],
    { cwd: packageRoot, stdio: ['ignore', 'inherit', 'inherit'] },
  );
}
