import { expect, it } from "vitest";
import { composeDigestEmail, type NoticeInDigest } from "./notice";

const failing: NoticeInDigest = {
  kind: "endpoint.failing",
  subjectId: "act_1",
  subject: "Warehouse",
  reason: "The receiver answered 500.",
  createdAt: new Date("2026-03-01T12:00:30Z"),
  projectId: "prj_1",
  projectName: "Shop",
};

it("names what one notice is about, with a link to it", () => {
  expect(composeDigestEmail([failing], "https://app.example.com")).toEqual({
    subject: "Warehouse: the endpoint fails",
    text:
      "2026-03-01 12:00 UTC  Shop\nWarehouse: the endpoint fails. The receiver answered " +
      "500.\nhttps://app.example.com/projects/prj_1/actions/act_1",
  });
});

it("puts many notices into one email, and counts those that it does not name", () => {
  const many = Array.from({ length: 25 }, () => ({ ...failing, kind: "trigger.problem" as const, subjectId: "trg_1" }));
  const { subject, text } = composeDigestEmail(many, "https://app.example.com");
  expect(subject).toBe("25 notices from Trigger System");
  expect(text.match(/triggers\/trg_1/g)).toHaveLength(20);
  expect(text).toContain("5 more notices are behind the bell");
});
