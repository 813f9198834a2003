import { afterAll } from '@jest/globals';
import { describeConsumer } from 'ringback/jest';
import { observe, startConsumer, stopConsumer } from './forgetful-consumer.ts';

describeConsumer(startConsumer, {
  provider: 'docdigitizer',
  observe,
  only: ['sequential-duplicate', 'duplicate-after-hours', 'concurrent-duplicate'],
  skip: ['duplicate-after-hours'],
});

afterAll(stopConsumer);
