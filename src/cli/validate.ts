import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { buffer as readStream } from 'node:stream/consumers';
import { findConfig } from '../config/find-config.ts';
import { RingbackError } from '../core/errors.ts';
import { unreadableReason } from '../loading/text-file.ts';
import { checkContract, isContract } from './check-contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type Judgement, judgeCallback } from './judge-callback.ts';
import { checkConfig, openCatalogue, readConfigured } from './open-catalogue.ts';
import { printable } from './printable.ts';

/** The start of JSON, of a URL, or of a query string. */
const looksInline = /^\s*([{[]|https?:\/\/|\??[\w.-]+=)/i;

/** `ringback validate`: checks one callback against the contract. Exits 1 if there are violations. */
export async function validate(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals, config } = await readConfigured('validate', args);
  const [file] = positionals;
  if (file === undefined) {
    throw new RingbackError('option.invalid', {
      details: { option: 'file', given: null },
      detail:
        'Could not validate: nothing given. Expected a file, - for stdin, a URL such as http://localhost:3000/callback?state=91, or JSON.',
    });
  }
  const isInline = looksInline.test(file) && !existsSync(file);
  const bytes = isInline ? new TextEncoder().encode(file) : await readInput(file);
  if (file !== '-' && !isInline && isContract(new TextDecoder().decode(bytes.subarray(0, 4_096)))) {
    const own = await findConfig({ config: options.config, contract: file, inCurrentFolder: false });
    await checkConfig({ ...options, contract: file }, own);
    const how = { json: options.json, allowRemoteRefs: options['allow-remote-refs'] };
    return checkContract(file, how, (text) => process.stdout.write(text));
  }
  const { catalogue } = await openCatalogue(options, config);
  const { contract } = catalogue;
  const judgement = judgeCallback(bytes, contract, options);
  process.stdout.write(options.json ? `${JSON.stringify(judgement)}\n` : render(judgement));
  return judgement.valid ? exitCodes.fine : exitCodes.finding;
}

async function readInput(file: string): Promise<Uint8Array> {
  if (file === '-') return readStream(process.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    throw new RingbackError('file.unreadable', {
      details: { file },
      detail: `Could not read ${file}: ${unreadableReason(error)}.`,
      cause: error,
    });
  }
}

function render({ valid, type, violations }: Judgement): string {
  if (valid) return `valid: ${type}\n`;
  const count = violations.length === 1 ? '1 violation' : `${violations.length} violations`;
  const lines = violations.map(
    ({ location, code, message }) => `  ${location || '(all)'}  ${message}  [${code}]`,
  );
  return `invalid: ${type ?? 'no known callback'}, ${count}\n${lines.map(printable).join('\n')}\n`;
}
