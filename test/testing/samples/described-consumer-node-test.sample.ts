import { after } from 'node:test';
import { describeConsumer } from 'ringback/node-test';
import { observe, startConsumer, stopConsumer } from './forgetful-consumer.ts';

describeConsumer(startConsumer, {
  provider: 'docdigitizer',
  observe,
  only: ['sequential-duplicate', 'duplicate-after-hours', 'concurrent-duplicate'],
  skip: ['duplicate-after-hours'],
});

after(stopConsumer);
