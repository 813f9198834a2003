/** The values of the fault `signature`, and what each of them does. */
export const signatureFaults = {
  missing: 'The request has no signature.',
  'wrong-key': 'The signature is made with another secret.',
  'other-body': 'The signature is that of another body.',
  'old-timestamp': 'The request is signed one hour before it is sent.',
  reserialized: 'The body is formatted in another way after it was signed: the same JSON, other bytes.',
} as const;

export type SignatureFault = keyof typeof signatureFaults;
