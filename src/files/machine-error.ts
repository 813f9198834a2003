import { RingbackError } from '../core/errors.ts';

const full = new Set(['ENOSPC', 'EDQUOT']);
const exhausted = new Set(['EMFILE', 'ENFILE']);
const unusable = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'ENAMETOOLONG', 'ELOOP']);

/**
 * Translates a failure of the system into an error for the request. Null: the machine is not the cause.
 * @param folder where the file was to be stored. Null: the failure may concern any file
 */
export function machineError(error: unknown, folder: string | null): RingbackError | null {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code !== 'string') return null;
  if (exhausted.has(code)) {
    return new RingbackError('descriptors.exhausted', {
      detail: `Could not open a file or a connection: this ${code === 'ENFILE' ? 'machine' : 'process'} has reached its limit of open files (${code}). Close idle connections, or raise the limit (ulimit -n).`,
      headers: { 'retry-after': '1' },
      cause: error,
    });
  }
  if (full.has(code)) {
    return new RingbackError('storage.full', {
      detail: `Could not store a file: ${folder === null ? 'the disk' : `the disk of the folder ${folder}`} is full (${code}). Free space there, or set TMPDIR to another folder and restart.`,
      cause: error,
    });
  }
  if (folder === null || !unusable.has(code)) return null;
  return new RingbackError('storage.unusable', {
    detail: `Could not store a file: the folder ${folder} cannot be used (${code}). Create it and make it writable for this user, or set TMPDIR to another folder and restart.`,
    cause: error,
  });
}
