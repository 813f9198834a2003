import { describe, expect, test } from 'vitest';
import { SharedTexts } from '../../src/store/shared-texts.ts';

function makeTexts() {
  let bytes = 0;
  const texts = new SharedTexts((more) => {
    bytes += more;
  });
  return { texts, bytes: () => bytes };
}

describe('equal strings in several records', () => {
  test.each([300, 15_999, 16_001, 1_000_000])(
    'of %i characters count once while one record keeps them',
    (length) => {
      const { texts, bytes } = makeTexts();
      for (let i = 0; i < 3; i++) texts.keep('x'.repeat(length));
      expect(bytes()).toBe(length);
      texts.release('x'.repeat(length));
      texts.release('x'.repeat(length));
      expect(bytes()).toBe(length);
      texts.release('x'.repeat(length));
      expect(bytes()).toBe(0);
    },
  );

  test('count once each when they differ in one character', () => {
    const { texts, bytes } = makeTexts();
    const all = Array.from({ length: 50 }, (_, i) => `${'x'.repeat(20_000)}${i + 10}`);
    for (const text of all) expect(texts.keep(text)).toBe(text);
    expect(bytes()).toBe(50 * 20_002);
    for (const text of all) texts.release(text);
    expect(bytes()).toBe(0);
  });

  test('take two bytes per character beyond Latin-1', () => {
    const { texts, bytes } = makeTexts();
    texts.keep('ж'.repeat(1_000));
    texts.keep('é'.repeat(1_000));
    expect(bytes()).toBe(3_000);
  });

  test('count each time when they are short', () => {
    const { texts, bytes } = makeTexts();
    texts.keep('short');
    texts.keep('short');
    expect(bytes()).toBe(10);
    texts.release('short');
    expect(bytes()).toBe(5);
  });
});
