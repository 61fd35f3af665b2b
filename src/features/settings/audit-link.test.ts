import { expect, it } from "vitest";
import { auditPath } from "./audit-link";

it.each([
  ["trigger.update", "trg_1", "/triggers/trg_1?tab=versions"],
  ["action.probe", "act_1", "/actions/act_1?tab=versions"],
  ["execution.resend", "exe_1", "/executions/exe_1"],
  ["observation.expunge", "a/b", "/observations/a%2Fb"],
  ["eventKey.revoke", "key_1", "/settings/event-keys"],
  ["account.signInFailed", null, null],
])("an entry of %s leads to its page", (action, targetId, path) => {
  expect(auditPath({ action, targetId })).toBe(path);
});
