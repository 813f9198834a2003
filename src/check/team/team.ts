import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { JsonValue } from '../../core/json.ts';
import { connectTcp } from '../../http-client/connect.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import type { CheckOptions } from '../check-options.ts';
import { maxResponseBytes, requestUrl } from './request-url.ts';
import { runCommand } from './run-command.ts';

/** Whom a look or a submission is about. */
export interface Subject {
  /** The provider's id. */
  readonly id: string;
  /** The consumer's own reference. Empty: there is none. */
  readonly reference: string;
}

/** What an observer said. */
export type Sight =
  | { readonly kind: 'state'; readonly value: JsonValue }
  | { readonly kind: 'none' }
  | { readonly kind: 'failing'; readonly because: string };

/** A file to submit. */
export interface SubmittedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface TeamOptions {
  /** The endpoint that is checked. */
  readonly endpoint: string;
  readonly observe: CheckOptions['observe'] | null;
  readonly drive: CheckOptions['drive'] | null;
  readonly restart: CheckOptions['restart'] | null;
  /** URL of the provider's API, as the consumer calls it. */
  readonly providerUrl: string;
  /** A folder of the check for files to submit. */
  readonly folder: () => Promise<string>;
  readonly signal: AbortSignal;
}

/** How long one look, one submission and one restart may take, in milliseconds. */
const lookMs = 10_000;
const driveMs = 30_000;
const restartMs = 30_000;
/** How long after a restart its endpoint may still be the one from before, in milliseconds. */
const downMs = 500;

/** What the team gives: ways to observe, drive and restart its consumer. Each is a URL or a command. */
export class Team {
  readonly #options: TeamOptions;

  constructor(options: TeamOptions) {
    this.#options = options;
  }

  /** Reads the consumer's state of a subject. */
  async observe(subject: Subject): Promise<Sight> {
    const { observe, signal } = this.#options;
    if (observe === null || observe === undefined)
      return { kind: 'failing', because: 'there is no observer' };
    if (typeof observe === 'function') {
      const called = await this.#call(() => observe(subject), lookMs);
      if ('problem' in called) return failing(`the function \`observe\` failed: ${called.problem}`);
      return called.value === undefined ? { kind: 'none' } : { kind: 'state', value: called.value };
    }
    if (isUrl(observe)) {
      const url = fill(observe, { id: subject.id, reference: subject.reference });
      const response = await requestUrl({
        method: 'GET',
        url,
        headers: { accept: 'application/json' },
        timeoutMs: lookMs,
        signal,
      });
      if ('problem' in response) return failing(`GET ${url}: ${response.problem}`);
      if (response.status === 404) return { kind: 'none' };
      if (response.status < 200 || response.status > 299)
        return failing(`GET ${url} returned ${response.status}, expected JSON with a 2xx, or 404`);
      if (response.isCut) return failing(`GET ${url} returned more than ${maxResponseBytes} bytes`);
      return readState(response.text, `GET ${url}`, response.headers['content-type']);
    }
    const env = { RINGBACK_ID: subject.id, RINGBACK_REFERENCE: subject.reference };
    const end = await runCommand(observe, { env, timeoutMs: lookMs, maxBytes: maxResponseBytes, signal });
    if (end.problem !== null) return failing(`the command ${quote(observe)}: ${end.problem}`);
    if (end.exitCode !== 0)
      return failing(`the command ${quote(observe)} exited with ${end.exitCode}${tail(end.stderr)}`);
    return end.stdout.trim() === ''
      ? { kind: 'none' }
      : readState(end.stdout, `the command ${quote(observe)}`, undefined);
  }

  /** Makes the consumer submit a file. Returns why it did not, or null. */
  async drive(file: SubmittedFile): Promise<string | null> {
    const { drive, providerUrl, signal } = this.#options;
    if (drive === null || drive === undefined) return 'there is no driver';
    if (typeof drive === 'function') {
      const { name: fileName, mediaType, bytes } = file;
      const called = await this.#call(() => drive({ fileName, mediaType, bytes, providerUrl }), driveMs);
      return 'problem' in called ? `the function \`drive\` failed: ${called.problem}` : null;
    }
    if (isUrl(drive)) {
      const url = fill(drive, { fileName: file.name });
      const headers = { 'content-type': file.mediaType, 'x-ringback-url': providerUrl };
      const response = await requestUrl({
        method: 'POST',
        url,
        headers,
        body: file.bytes,
        timeoutMs: driveMs,
        signal,
      });
      if ('problem' in response) return `POST ${url}: ${response.problem}`;
      const isFine = response.status >= 200 && response.status <= 299;
      return isFine
        ? null
        : `POST ${url} returned ${response.status}, expected a 2xx: ${clip(response.text)}`;
    }
    const path = join(await this.#options.folder(), file.name);
    await writeFile(path, file.bytes);
    const env = { RINGBACK_FILE: path, RINGBACK_FILE_NAME: file.name, RINGBACK_URL: providerUrl };
    const end = await runCommand(drive, { env, timeoutMs: driveMs, maxBytes: maxResponseBytes, signal });
    if (end.problem !== null) return `the command ${quote(drive)}: ${end.problem}`;
    return end.exitCode === 0
      ? null
      : `the command ${quote(drive)} exited with ${end.exitCode}${tail(end.stderr)}`;
  }

  /** Restarts the consumer. Returns why that failed, or null once its endpoint accepts connections again. */
  async restart(): Promise<string | null> {
    const { restart, signal } = this.#options;
    if (restart === null || restart === undefined) return 'there is no restart';
    const problem = await this.#orderRestart(restart);
    if (problem !== null) return problem;
    const deadline = steadyNow() + restartMs;
    let quietUntil = steadyNow() + downMs;
    while (steadyNow() < deadline && !signal.aborted) {
      if (await this.accepts()) {
        if (steadyNow() >= quietUntil) return null;
      } else {
        // It has gone down: the next one that accepts is the new one.
        quietUntil = 0;
      }
      await pause(20, signal);
    }
    return `the endpoint did not accept connections again within ${restartMs / 1_000} s`;
  }

  async #orderRestart(restart: NonNullable<CheckOptions['restart']>): Promise<string | null> {
    const { signal } = this.#options;
    if (typeof restart === 'function') {
      const called = await this.#call(restart, restartMs);
      return 'problem' in called ? `the function \`restart\` failed: ${called.problem}` : null;
    }
    if (isUrl(restart)) {
      const response = await requestUrl({ method: 'POST', url: restart, timeoutMs: restartMs, signal });
      // A consumer that ends in the middle of its response does what it is asked to.
      if ('problem' in response) return signal.aborted ? response.problem : null;
      const isFine = response.status >= 200 && response.status <= 299;
      return isFine
        ? null
        : `POST ${restart} returned ${response.status}, expected a 2xx: ${clip(response.text)}`;
    }
    const end = await runCommand(restart, {
      env: {},
      timeoutMs: restartMs,
      maxBytes: maxResponseBytes,
      leavesRunning: true,
      signal,
    });
    if (end.problem !== null) return `the command ${quote(restart)}: ${end.problem}`;
    return end.exitCode === 0
      ? null
      : `the command ${quote(restart)} exited with ${end.exitCode}${tail(end.stderr)}`;
  }

  /** Calls a function of the team, and waits for it for a bounded time. */
  async #call<T>(
    work: () => Promise<T> | T,
    timeoutMs: number,
  ): Promise<{ readonly value: T } | { readonly problem: string }> {
    const done = new AbortController();
    const late = after(
      timeoutMs,
      { problem: `it did not end within ${timeoutMs / 1_000} s` },
      { signal: done.signal },
    ).catch(() => ({ problem: 'it was stopped' }));
    try {
      return await Promise.race([
        Promise.resolve()
          .then(work)
          .then((value) => ({ value })),
        late,
      ]);
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    } finally {
      done.abort();
    }
  }

  /** Whether the endpoint accepts a connection now. */
  accepts(): Promise<boolean> {
    const { hostname, port, protocol } = new URL(this.#options.endpoint);
    const host = hostname.replace(/^\[|\]$/g, '');
    return new Promise((resolve) => {
      const socket = connectTcp({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) });
      const end = (accepted: boolean): void => {
        socket.destroy();
        resolve(accepted);
      };
      socket.setTimeout(2_000, () => end(false));
      socket.on('connect', () => end(true));
      socket.on('error', () => end(false));
    });
  }
}

/** Waits, or returns early when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await after(ms, null, { signal }).catch(() => undefined);
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** A URL template with its placeholders filled in. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
}

function readState(text: string, what: string, mediaType: string | undefined): Sight {
  try {
    return { kind: 'state', value: JSON.parse(text) as JsonValue };
  } catch {
    const isHtml = /html/i.test(mediaType ?? '') || /^\s*</.test(text);
    return failing(`${what} returned ${isHtml ? 'HTML' : 'no JSON'}, expected JSON: ${clip(text)}`);
  }
}

function failing(because: string): Sight {
  return { kind: 'failing', because };
}

function quote(command: string): string {
  return JSON.stringify(clip(command));
}

function tail(stderr: string): string {
  const text = stderr.trim();
  return text === '' ? '' : `: ${clip(text.slice(-300))}`;
}

function clip(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
