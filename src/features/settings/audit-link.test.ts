import { expect, it } from "vitest";
import { auditNouns } from "@/domain/audit";
import { auditFilterChoices, findPathOfAuditSubject } from "./audit-link";

it.each([
  ["trigger.update", "trg_1", "/triggers/trg_1?tab=versions"],
  ["action.probe", "act_1", "/actions/act_1?tab=versions"],
  ["execution.resend", "exe_1", "/executions/exe_1"],
  ["observation.expunge", "a/b", "/observations/a%2Fb"],
  ["backfill.start", "trg_1", "/triggers/trg_1"],
  ["send_now.start", "job_1", "/executions"],
  ["eventKey.revoke", "key_1", "/settings/event-keys"],
  ["token.create", "tok_1", "/settings/api-tokens"],
  ["redaction.set", "prj_1", "/settings/redaction"],
  ["modelPrice.update", "mpr_1", "/settings/model-prices"],
  ["engine.rerun", "run_1", "/settings/engine"],
  ["account.signInFailed", null, null],
  ["constructor.call", "any", null],
])("an entry of %s leads to its page", (action, targetId, path) => {
  expect(findPathOfAuditSubject({ action, targetId })).toBe(path);
});

it("every kind of audited subject has a choice of its own", () => {
  expect(auditFilterChoices.map(({ value }) => value)).toEqual(["any", ...auditNouns]);
  expect(new Set(auditFilterChoices.map(({ label }) => label)).size).toBe(auditNouns.length + 1);
});
