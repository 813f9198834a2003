import type { Random } from '../../random.ts';
import * as words from './words.ts';

/** What the makers of strings need. */
export interface TextSource {
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Make = (source: TextSource, words: readonly string[]) => string;

const day = 86_400_000;

/** `2026-11-30T21:02:00.000Z` of a moment up to 30 days away. */
function moment({ random, now }: TextSource, name: readonly string[]): Date {
  const isLater = name.some((word) => /^(?:expir|due|until|end|ends|valid|next|deadline|renew)/.test(word));
  const away = random.int(60, 30 * 86_400) * 1_000;
  const time = Math.floor(now / 1_000) * 1_000 + (isLater ? away : -away);
  return new Date(Math.min(Math.max(time, 0), 8_640_000_000_000_000 - day));
}

function dateTime(source: TextSource, name: readonly string[]): string {
  return moment(source, name).toISOString().replace('.000', '');
}

function hex(random: Random, length: number): string {
  let text = '';
  while (text.length < length) text += random.int(0, 15).toString(16);
  return text;
}

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function letters(random: Random, length: number): string {
  let text = '';
  while (text.length < length) text += base64Digits[random.int(0, base64Digits.length - 1)];
  return text;
}

function digits(random: Random, length: number): string {
  let text = String(random.int(1, 9));
  while (text.length < length) text += String(random.int(0, 9));
  return text;
}

const first: Make = ({ random }) => random.pick(words.firstNames);
const last: Make = ({ random }) => random.pick(words.lastNames);
const person: Make = (source) => `${first(source, [])} ${last(source, [])}`;
const company: Make = ({ random }) => `${random.pick(words.companies)} Ltd`;
const login: Make = (source) => `${first(source, [])}.${last(source, [])}`.toLowerCase();
const email: Make = (source) => `${login(source, [])}@example.com`;
const uuid: Make = ({ random }) => random.uuid();
const host: Make = ({ random }) => `${random.pick(['api', 'www', 'mail', 'eu1'])}.example.com`;
const url: Make = ({ random }) => `https://example.com/${random.pick(words.nouns)}s/${digits(random, 5)}`;
const phone: Make = ({ random }) => `+1202555${String(random.int(100, 199)).padStart(4, '0')}`;
const ipv4: Make = ({ random }) => `203.0.113.${random.int(1, 254)}`;
const ipv6: Make = ({ random }) => `2001:db8::${hex(random, 4).replace(/^0+/, '') || '1'}`;
const phrase: Make = ({ random }) => `${random.pick(words.adjectives)} ${random.pick(words.nouns)}`;
const title: Make = (source) => phrase(source, []).replace(/^./, (letter) => letter.toUpperCase());
const sentence: Make = ({ random }) => random.pick(words.sentences);
const token: Make = ({ random }) => letters(random, 24);
const iban: Make = ({ random }) => `DE${checkDigits(random)}`;
const base64: Make = ({ random }) => `${letters(random, 16)}`;
const country = ({ random }: TextSource): (typeof words.countries)[number] => random.pick(words.countries);
const slug: Make = ({ random }) => `${random.pick(words.adjectives)}-${random.pick(words.nouns)}`;

/** An IBAN of a bank that does not exist, with the right check digits (ISO 13616). */
function checkDigits(random: Random): string {
  const account = `10000000${digits(random, 10)}`;
  const rest = [...`${account}131400`].reduce((sum, digit) => (sum * 10 + Number(digit)) % 97, 0);
  return `${String(98 - rest).padStart(2, '0')}${account}`;
}

/** By `format`. Those of JSON Schema 2020-12 §7.3, of the OpenAPI format registry, and usual others. */
const formats: Readonly<Record<string, Make>> = {
  'date-time': dateTime,
  datetime: dateTime,
  date: (source, name) => dateTime(source, name).slice(0, 10),
  time: (source, name) => dateTime(source, name).slice(11),
  duration: ({ random }) => `PT${random.int(1, 59)}M`,
  email,
  'idn-email': email,
  hostname: host,
  'idn-hostname': host,
  ipv4,
  ip: ipv4,
  ipv6,
  uri: url,
  url,
  iri: url,
  'uri-reference': ({ random }) => `/${random.pick(words.nouns)}s/${digits(random, 5)}`,
  'iri-reference': ({ random }) => `/${random.pick(words.nouns)}s/${digits(random, 5)}`,
  'uri-template': ({ random }) => `https://example.com/${random.pick(words.nouns)}s/{id}`,
  uuid,
  guid: uuid,
  'json-pointer': ({ random }) => `/${random.pick(words.nouns)}/0`,
  'relative-json-pointer': ({ random }) => `1/${random.pick(words.nouns)}`,
  regex: () => '^[a-z]+$',
  byte: base64,
  base64,
  base64url: base64,
  binary: ({ random }) => `${random.pick(words.nouns)} file`,
  password: ({ random }) => `Pass-${letters(random, 8)}1`,
  phone,
  'phone-number': phone,
  'country-code': (source) => country(source).code,
  currency: (source) => country(source).currency,
  'iso-4217': (source) => country(source).currency,
  color: ({ random }) => `#${hex(random, 6)}`,
  hexcolor: ({ random }) => `#${hex(random, 6)}`,
  int64: ({ random }) => digits(random, 6),
  int32: ({ random }) => digits(random, 6),
  float: ({ random }) => `${random.int(1, 999)}.${digits(random, 2)}`,
  double: ({ random }) => `${random.int(1, 999)}.${digits(random, 2)}`,
  decimal: ({ random }) => `${random.int(1, 999)}.${digits(random, 2)}`,
  html: (source) => `<p>${sentence(source, [])}</p>`,
  markdown: sentence,
  ulid: ({ random }) =>
    `01${letters(random, 24)
      .toUpperCase()
      .replace(/[ILOU]/g, '0')}`,
};

const shapes: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i,
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i,
  email: /^[^\s@]{1,64}@[^\s@]{1,250}$/,
  uuid: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  uri: /^[a-z][a-z\d+.-]{0,30}:[^\s<>"{}|\\^`]+$/i,
  url: /^[a-z][a-z\d+.-]{0,30}:[^\s<>"{}|\\^`]+$/i,
  ipv4: /^(?:\d{1,3}\.){3}\d{1,3}$/,
  ipv6: /^[\da-f:.]{2,45}$/i,
  hostname: /^[a-z\d.-]{1,253}$/i,
};

/** Whether a text looks like the format, as far as is quickly seen. */
export function hasFormat(format: string, text: string): boolean {
  const shape = Object.hasOwn(shapes, format) ? shapes[format] : undefined;
  return shape === undefined || shape.test(text);
}

/** By the words of a property's name, joined with blanks; the first match counts. */
const names: readonly (readonly [RegExp, Make])[] = [
  [/\b(?:e ?mail)s?( address)?$/, email],
  [/\b(?:first|given) ?names?$|\bforename$/, first],
  [/\b(?:last|family) ?names?$|\bsurname$/, last],
  [
    /\b(?:full|display|holder|owner|author|contact|customer|user|recipient|sender|beneficiary|cardholder|person|driver|patient|employee) ?name$/,
    person,
  ],
  [
    /\b(?:company|organi[sz]ation|merchant|business|vendor|supplier|employer|brand|bank|carrier)( ?name)?$/,
    company,
  ],
  [/\b(?:user ?name|login|nick ?name|handle|screen ?name)$/, login],
  [/\bpass(?:word|phrase)$/, ({ random }) => `Pass-${letters(random, 8)}1`],
  [/\b(?:phone|mobile|telephone|fax|msisdn|cell)( ?number)?$/, phone],
  [/\buuid$|\bguid$/, uuid],
  [/\buser ?agent$/, ({ random }) => random.pick(words.userAgents)],
  [/\b(?:ip ?v6)( ?address)?$/, ipv6],
  [/\b(?:ip|ip ?v4|ip ?address|remote addr)$/, ipv4],
  [/\bmac( ?address)?$/, ({ random }) => (hex(random, 12).match(/../g) ?? []).join(':')],
  [/\b(?:url|uri|href|link|website|webhook|callback|endpoint|sink|avatar|image|logo|picture|photo)$/, url],
  [/^(?:self|next|prev|previous|related|canonical)$/, url],
  [/\bevent( ?(?:type|name))?s?$/, ({ random }) => `${random.pick(words.nouns)}.${random.pick(words.verbs)}`],
  [
    /^(?:type|kind|object|resource|category|scope|role|group|tag|label|mode|channel|method|source)$/,
    ({ random }) => random.pick(words.nouns),
  ],
  [/\b(?:host|host ?name|domain|domain ?name|server|fqdn)$/, host],
  [/\b(?:file ?name|file)$/, ({ random }) => random.pick(words.files)],
  [/\b(?:mime|media|content) ?type$|\bmimetype$/, ({ random }) => random.pick(words.mediaTypes)],
  [/\b(?:iban)$/, iban],
  [/\b(?:bic|swift)( ?code)?$/, () => 'DEUTDEFF'],
  [/\bcurrenc(?:y|ies)( ?code)?$|\bccy$/, (source) => country(source).currency],
  [/\bcountry ?name$/, (source) => country(source).name],
  [/\b(?:country|nationality)( ?code)?$/, (source) => country(source).code],
  [/\b(?:language|lang)( ?code)?$/, (source) => country(source).language],
  [/\blocale$/, (source) => `${country(source).language}-${country(source).code}`],
  [/\b(?:time ?zone|tz)$/, (source) => country(source).zone],
  [/\b(?:city|town|locality)$/, (source) => country(source).city],
  [/\b(?:region|province|county)$/, (source) => country(source).region],
  [/\b(?:postal|zip|post)( ?code)?$|\bpostcode$/, (source) => country(source).postcode],
  [
    /\b(?:street|address|address ?line ?\d?|line ?1)( ?\d| name)?$/,
    ({ random }) => `${random.int(1, 99)} ${random.pick(words.streets)}`,
  ],
  [/\b(?:house|building|street) ?number$/, ({ random }) => String(random.int(1, 99))],
  [
    /\b(?:amount|price|total|subtotal|balance|fee|cost|tax|value|rate)$/,
    ({ random }) => `${random.int(1, 499)}.${digits(random, 2)}`,
  ],
  [
    /\b(?:created|updated|modified|deleted|expire[sd]?|occurred|started|finished|completed|issued|sent|received|paid|due|published|scheduled)( ?(?:at|on|date|time|timestamp))?$|\b(?:date ?time|timestamp|time ?stamp)$/,
    dateTime,
  ],
  [
    /\bdate$|\b(?:dob|birthday|birth ?date|date of birth)$/,
    (source, name) => dateTime(source, name).slice(0, 10),
  ],
  [/\btime$/, dateTime],
  [/\byear$/, ({ now }) => new Date(now).toISOString().slice(0, 4)],
  [/\bcolou?r$/, ({ random }) => random.pick(words.colors)],
  [/\b(?:sha ?256|hash|checksum|digest|fingerprint)$/, ({ random }) => hex(random, 64)],
  [/\b(?:sha ?1|sha|commit|commit sha|etag|oid)$/, ({ random }) => hex(random, 40)],
  [/\bmd5$/, ({ random }) => hex(random, 32)],
  [/\b(?:token|secret|api ?key|key|signature|nonce|cursor)$/, token],
  [/\bversion$/, ({ random }) => `${random.int(1, 4)}.${random.int(0, 9)}.0`],
  [/\b(?:slug|alias|path ?name)$/, slug],
  [
    /\b(?:ids?|identifier|reference|ref|number|no|code|sku|ean|serial)$/,
    ({ random }, name) => idLike(random, name),
  ],
  [/\b(?:latitude|lat)$/, ({ random }) => `38.${digits(random, 5)}`],
  [/\b(?:longitude|lng|lon)$/, ({ random }) => `-9.${digits(random, 5)}`],
  [
    /\b(?:description|message|comment|comments|note|notes|reason|text|body|content|summary|detail|details|explanation|remark|remarks|instructions)$/,
    sentence,
  ],
  [/\b(?:title|subject|headline|caption)$/, title],
  [/\bname$/, (source, name) => (name.length === 1 ? title(source, name) : title(source, name))],
  [/\b(?:gender|sex)$/, ({ random }) => random.pick(['female', 'male'])],
  [/\bunit$/, () => 'kg'],
  [/\b(?:status|state|result|outcome)$/, () => 'completed'],
];

function idLike(random: Random, name: readonly string[]): string {
  const owner = name.length > 1 ? name[0] : undefined;
  return owner === undefined || owner.length > 10
    ? letters(random, 12).toLowerCase()
    : `${owner}-${digits(random, 6)}`;
}

const split = new Map<string, readonly string[]>();
const makers = new Map<string, Make>();
/** How many names are kept, so that those of maps do not fill the memory. */
const mostKept = 20_000;

/** `customerEmail_address` → `['customer', 'email', 'address']`. */
export function wordsOf(name: string): readonly string[] {
  let found = split.get(name);
  if (found === undefined) {
    found = name
      .slice(0, 200)
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z\d]+/)
      .filter((word) => word !== '');
    if (split.size >= mostKept) split.clear();
    split.set(name, found);
  }
  return found;
}

/** The maker of a format, or undefined if the format says nothing about the text. */
export function textOfFormat(format: string, source: TextSource, name: string): string | undefined {
  const key = format.toLowerCase();
  const make = Object.hasOwn(formats, key) ? formats[key] : undefined;
  return make?.(source, wordsOf(name));
}

/** A plausible text for a property of a name. `parent`: the name of what it is a property of. */
export function textOfName(name: string, parent: string, source: TextSource): string {
  const own = wordsOf(name);
  const isPerson =
    own.join(' ') === 'name' &&
    /user|person|customer|owner|author|contact|recipient|sender|holder|employee|patient|driver/i.test(parent);
  if (isPerson) return person(source, own);
  let make = makers.get(name);
  if (make === undefined) {
    const text = own.join(' ');
    make = names.find(([pattern]) => pattern.test(text))?.[1] ?? phrase;
    if (makers.size >= mostKept) makers.clear();
    makers.set(name, make);
  }
  return make(source, own);
}
