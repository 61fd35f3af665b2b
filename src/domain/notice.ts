import { z } from "zod";
import { noticeWords } from "./notice-words";

/** The kinds of notices to members of a project. The bell and emails show them. */
export const NoticeKind = z.enum(Object.keys(noticeWords) as (keyof typeof noticeWords)[]);
export type NoticeKind = z.infer<typeof NoticeKind>;

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
      const { title, place } = noticeWords[kind];
      const why = reason ? ` ${reason}` : "";
      return (
        `${utc(createdAt)}  ${projectName}\n${subject}: ${title}.${why}\n` +
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
