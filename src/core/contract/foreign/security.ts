import { quoted } from '../../quoted.ts';
import type { SecurityScheme } from '../contract.ts';
import { below, type Place, textOf } from '../place.ts';
import type { ForeignDocument } from './foreign-document.ts';

type Requirements = readonly (readonly SecurityScheme[])[];

/**
 * The ways to authenticate that a `security` lists (OpenAPI 3.1 §4.8.30). Empty if one of them is to send nothing. A
 * scheme that is unknown or cannot be understood is noted and not required.
 */
export function readSecurity(document: ForeignDocument, list: Place | undefined): Requirements {
  const requirements: SecurityScheme[][] = [];
  for (const [, entry] of document.entries(list, 'array', '"security"')) {
    const names = document.entries(entry, 'object', 'A security requirement');
    const schemes = names.flatMap(([name, place]) => readScheme(document, name, place) ?? []);
    if (schemes.length === 0) return [];
    requirements.push(schemes);
  }
  return requirements;
}

function readScheme(document: ForeignDocument, name: string, use: Place): SecurityScheme | undefined {
  const entry = below(document.root, 'components', 'securitySchemes', name);
  const place = document.object(entry, 'A security scheme');
  if (place === undefined) {
    const message = `The security scheme ${quoted(name)} is not declared under components/securitySchemes. It is not required.`;
    if (entry === undefined) document.note('unsupported', use, message);
    return undefined;
  }
  const type = textOf(below(place, 'type'));
  const scheme = { name, key: null, scheme: null };
  switch (type) {
    case 'apiKey': {
      const where = textOf(below(place, 'in'));
      const key = textOf(below(place, 'name'));
      if (key === undefined || (where !== 'query' && where !== 'header' && where !== 'cookie')) break;
      return { ...scheme, type, key: { in: where, name: key } };
    }
    case 'http': {
      const used = textOf(below(place, 'scheme'));
      if (used === undefined) break;
      return { ...scheme, type, scheme: used.toLowerCase() };
    }
    case 'oauth2':
    case 'openIdConnect':
      return { ...scheme, type, scheme: 'bearer' };
    case 'mutualTLS':
      return { ...scheme, type };
  }
  document.note(
    'unsupported',
    place,
    `The security scheme ${quoted(name)} cannot be understood. It is not required.`,
  );
  return undefined;
}
