import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.resetModules();
});

test('the machine time is that of the wall clock, with fractions', async () => {
  const { machineNow } = await import('../../src/platform/machine-time.ts');
  expect(Math.abs(machineNow() - Date.now())).toBeLessThan(100);
  const times = Array.from({ length: 1_000 }, machineNow);
  expect(times.some((time) => !Number.isInteger(time))).toBe(true);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('the machine time follows the wall clock when the clock was set, as after a sleep', async () => {
  const wake = Date.now() + 3_600_000;
  let wall = Date.now();
  const { machineClock, steadyNow } = await import('../../src/platform/machine-time.ts');
  const now = machineClock(() => wall, steadyNow);
  expect(Math.abs(now() - wall)).toBeLessThan(100);
  wall = wake;
  expect(Math.abs(now() - wake)).toBeLessThan(100);
});

test('a date that a consumer fakes in its own test does not change the machine time', async () => {
  const { machineNow } = await import('../../src/platform/machine-time.ts');
  const before = machineNow();
  vi.useFakeTimers({ now: new Date('2024-01-01') });
  expect(machineNow() - before).toBeGreaterThanOrEqual(0);
  expect(machineNow() - before).toBeLessThan(1_000);
});

test('a date that was faked before the first import does not change the machine time either', async () => {
  const before = Date.now();
  vi.useFakeTimers({ now: new Date('2024-01-01') });
  vi.resetModules();
  const { machineNow } = await import('../../src/platform/machine-time.ts');
  expect(machineNow() - before).toBeGreaterThanOrEqual(-1);
  expect(machineNow() - before).toBeLessThan(10_000);
});

test.each([
  ['back', -3_600_000, 0],
  ['forward', 3_600_000, 0],
  ['forward, as after a sleep', 3_600_000, 3_600_000],
])(
  'the timer clock counts only the sleep of the machine when the wall clock moves %s',
  async (_how, jump, slept) => {
    const { wakefulClock } = await import('../../src/platform/machine-time.ts');
    let [wall, steady, uptime] = [1_000_000, 500, 90_000];
    const pass = (ms: number): void => {
      wall += ms;
      steady += ms;
      uptime += ms;
    };
    const now = wakefulClock(
      () => wall,
      () => steady,
      () => uptime,
    );
    const begun = now();
    pass(1_000);
    wall += jump;
    uptime += slept;
    expect(now() - begun).toBe(1_000 + slept);
    pass(1_000);
    expect(now() - begun).toBe(2_000 + slept);
  },
);
