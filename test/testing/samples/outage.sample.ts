import { defineScenario } from 'ringback';
import { expect, test } from 'ringback/vitest';
import { submit } from './submit.ts';

const outage = defineScenario({
  name: 'outage',
  provider: 'docdigitizer',
  outcome: { final: 'annotated' },
  retry: { schedule: ['1m', '10m', '1h', '3h', '6h'], on: ['5xx'] },
});

for (let i = 0; i < 10; i++) {
  test(`survives an outage of hours, number ${i}`, async ({ provider }) => {
    await provider.inbox().script([{ status: 503, times: 5 }, { status: 200 }]);
    await provider.addScenario(outage);
    await provider.playNext('docdigitizer/outage');
    await submit(provider);
    const { now } = await provider.settle();
    expect(Date.parse(now) - Date.parse('2030-01-01')).toBeGreaterThan(3_600_000);
    const deliveries = await provider.deliveries();
    expect(deliveries).toAllBeAcknowledged();
    expect(deliveries).toHaveBeenRetried(5);
  });
}
