"use client";

import { PageLink } from "@/components/ui/page-link";
import { useQuery } from "@tanstack/react-query";
import { KeyValueList } from "@/components/key-value-list";
import { Time } from "@/components/time";
import { useTRPC } from "@/lib/trpc/client";
import { findPathOfAuditSubject } from "./audit-link";

/** A version belongs to an audit entry if their times differ by at most this, in ms. One transaction writes both. */
const TOGETHER_MS = 2_000;

type Entry = { actor: string; action: string; targetId: string | null; summary: string; createdAt: Date };

/**
 * Shows one entry of the audit log: who made the change (a person, a token or the program), when, and what. For a
 * trigger or an action it also shows the old and new values, if that version is still kept.
 */
export function AuditEntryDetail({ projectId, entry }: { projectId: string; entry: Entry }) {
  const path = findPathOfAuditSubject(entry);
  const kind = entry.action.split(".")[0];
  return (
    <div className="flex flex-col gap-5 p-5">
      <p className="text-sm break-words">{entry.summary}</p>
      <KeyValueList
        items={[
          { label: "Who", value: entry.actor },
          { label: "When", value: <Time value={entry.createdAt} format="absolute" /> },
          { label: "Kind", value: entry.action, isMono: true },
          {
            label: "About",
            value: path && (
              <PageLink
                href={`/projects/${projectId}${path}`}
                className="text-accent-text underline underline-offset-2"
              >
                {entry.targetId ?? "Settings"}
              </PageLink>
            ),
          },
        ]}
      />
      {entry.targetId && (kind === "trigger" || kind === "action") && (
        <Changes projectId={projectId} kind={kind} targetId={entry.targetId} at={entry.createdAt} />
      )}
    </div>
  );
}

type ChangesProps = { projectId: string; kind: "trigger" | "action"; targetId: string; at: Date };

function Changes({ projectId, kind, targetId, at }: ChangesProps) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.version.list.queryOptions({ projectId, kind, targetId, limit: 100 }));
  const version = data?.items.find((row) => Math.abs(row.createdAt.getTime() - at.getTime()) <= TOGETHER_MS);
  if (!version || version.changes.length === 0) return null;
  return (
    <section aria-label="Changes">
      <h3 className="mb-2 text-base font-medium">Version {version.version}</h3>
      <dl className="flex flex-col gap-3 text-sm">
        {version.changes.map(({ field, label, before, after }) => (
          <div key={field}>
            <dt className="text-muted">{label}</dt>
            <dd className="mt-0.5 flex flex-col gap-0.5 break-words">
              <del className="text-danger-text">{before ?? "nothing"}</del>
              <ins className="text-success-text no-underline">{after ?? "nothing"}</ins>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
