/** Where the real providers are, by name. */
export const realOrigins = {
  docdigitizer: 'https://api.docdigitizer.com',
  informed: 'https://api.informediq.com',
} as const;
