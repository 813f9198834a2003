import { describeConsumer } from 'ringback/vitest';
import { afterAll } from 'vitest';
import { observe, startConsumer, stopConsumer } from './forgetful-consumer.ts';

describeConsumer(startConsumer, {
  provider: 'docdigitizer',
  observe,
  only: ['sequential-duplicate', 'duplicate-after-hours', 'concurrent-duplicate'],
  skip: ['duplicate-after-hours'],
});

afterAll(stopConsumer);
