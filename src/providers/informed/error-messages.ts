/** What can go wrong with a file, by the name that an outcome's `extraction` gives it. */
export const fileErrorMessages = {
  unreadable: 'unable to process this file',
  'invalid-type': 'The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.',
  corrupted: "identify: no decode delegate for this image format `' @ error/constitute",
  'password-protected': '**** This file requires a password for access',
  'too-small': 'The image dimension is invalid.',
  'too-large': 'The file size is too large. It should be less than 80MB.',
} as const;

export type FileError = keyof typeof fileErrorMessages;

/** Despite its wording, no verifications callback follows it. */
export const verificationsDelayedMessage = 'Verification response is delayed';

export function isFileError(value: unknown): value is FileError {
  return typeof value === 'string' && Object.hasOwn(fileErrorMessages, value);
}
