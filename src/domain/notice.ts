import { z } from "zod";

/** The kinds of notices to members of a project. The bell and emails show them. */
export const NoticeKind = z.enum(["endpoint.failing", "endpoint.disabled", "endpoint.recovered", "trigger.problem"]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/**
 * The words for each kind of notice. `label` names the kind in settings. `title` follows the name of the action or
 * trigger: `Warehouse: the endpoint fails`.
 */
export const noticeWords: Record<NoticeKind, { label: string; title: string }> = {
  "endpoint.failing": { label: "An endpoint fails", title: "the endpoint fails" },
  "endpoint.disabled": { label: "An action was switched off", title: "the action was switched off" },
  "endpoint.recovered": { label: "An endpoint has recovered", title: "the endpoint has recovered" },
  "trigger.problem": { label: "A trigger has a problem", title: "the trigger has a problem" },
};

export type NoticeInDigest = {
  kind: NoticeKind;
  subjectId: string;
  subject: string;
  reason: string;
  createdAt: Date;
  projectId: string;
  projectName: string;
};

/** The most notices that one digest names. It counts all others. */
const NAMED_MAX = 20;
const utc = (date: Date): string => `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/**
 * Composes the subject and the text of a digest email. It names the first 20 notices in the given order and counts all
 * others.
 */
export function composeDigestEmail(
  notices: readonly NoticeInDigest[],
  appUrl: string,
): { subject: string; text: string } {
  const [first] = notices;
  const lines = notices
    .slice(0, NAMED_MAX)
    .map(({ kind, subjectId, subject, reason, createdAt, projectId, projectName }) => {
      const place = kind === "trigger.problem" ? "triggers" : "actions";
      const why = reason ? ` ${reason}` : "";
      return (
        `${utc(createdAt)}  ${projectName}\n${subject}: ${noticeWords[kind].title}.${why}\n` +
        `${appUrl}/projects/${projectId}/${place}/${subjectId}`
      );
    });
  const more = notices.length - lines.length;
  return {
    subject:
      notices.length === 1 && first
        ? `${first.subject}: ${noticeWords[first.kind].title}`
        : `${notices.length} notices from Trigger System`,
    text: [...lines, ...(more > 0 ? [`${more} more notices are behind the bell of the console.`] : [])].join("\n\n"),
  };
}
