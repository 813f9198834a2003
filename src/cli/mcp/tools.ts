import { callbackTools } from './callback-tools.ts';
import { checkTools } from './check-tool.ts';
import { runTools } from './run-tools.ts';
import { scenarioTools } from './scenario-tools.ts';
import { spaceTools } from './space-tools.ts';
import type { Tool } from './tool.ts';

/** The tools, in the order in which clients list them. */
export const tools: readonly Tool[] = [
  ...scenarioTools,
  ...runTools,
  ...callbackTools,
  ...spaceTools,
  ...checkTools,
];
