"use client";

import { useState } from "react";
import { PageLink } from "@/components/ui/page-link";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import { cn } from "@/lib/cn";
import { useTRPC } from "@/lib/trpc/client";
import { FRAME_QUERY_OPTIONS } from "@/lib/trpc/frame-query-options";
import { StatusDot } from "@/components/status";
import { Time } from "@/components/time";
import type { ColorTone } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/icon-button";
import { Popover } from "@/components/ui/popover";
import type { NoticeKind } from "@/domain/notice";
import { noticeWords } from "@/domain/notice-words";

const POLL_MS = 60_000;

const tones: Record<NoticeKind, ColorTone> = {
  "endpoint.failing": "danger",
  "endpoint.disabled": "danger",
  "endpoint.recovered": "success",
  "trigger.problem": "warning",
};
const isKnownKind = (kind: string): kind is NoticeKind => Object.hasOwn(noticeWords, kind);

/**
 * The bell button with the number of a person's unread notices in a project. It opens the list of notices, and marks
 * all as read when the list closes.
 */
export function NoticesBell({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const { data } = useQuery(
    trpc.notice.list.queryOptions({ projectId }, { ...FRAME_QUERY_OPTIONS, refetchInterval: POLL_MS }),
  );
  const markRead = useMutation(
    trpc.notice.markRead.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.notice.pathFilter()),
    }),
  );
  const unread = data?.unread ?? 0;
  const onOpenChange = (open: boolean): void => {
    setIsOpen(open);
    // Notices become read when the list closes, so that unread ones stand out while the list is open.
    if (!open && unread > 0) markRead.mutate({ projectId });
  };
  return (
    <Popover
      trigger={
        <IconButton label={unread > 0 ? `Notices, ${unread} unread` : "Notices"} size="sm" className="relative">
          <Bell aria-hidden />
          {unread > 0 && (
            <span
              aria-hidden
              className={cn(
                "absolute -top-0.5 -right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-danger-fill",
                "px-1 text-xs leading-none font-medium text-white tabular-nums",
              )}
            >
              {unread}
            </span>
          )}
        </IconButton>
      }
      label="Notices"
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      side="top"
      className="w-88 max-w-[calc(100vw-1rem)] p-0"
    >
      <h2 className="border-b px-4 py-2.5 text-base font-medium">Notices</h2>
      {data?.items.length === 0 && (
        <p className="px-4 py-5 text-sm text-muted">
          None yet. Failing endpoints and triggers with a problem are named here.
        </p>
      )}
      <ul className="max-h-96 divide-y overflow-y-auto">
        {data?.items.map((notice) => {
          const { kind } = notice;
          if (!isKnownKind(kind)) return null;
          const { title, place } = noticeWords[kind];
          return (
            <li key={notice.id} className={cn("px-4 py-2.5", notice.isUnread && "bg-accent-soft")}>
              <PageLink
                href={`/projects/${projectId}/${place}/${notice.subjectId}`}
                prefetch={false}
                onClick={() => onOpenChange(false)}
                className="flex items-center gap-2 text-sm font-medium hover:underline"
              >
                <StatusDot tone={tones[kind]} />
                <span className="min-w-0 truncate">{notice.subject}</span>
              </PageLink>
              <p className="text-xs text-muted first-letter:uppercase">
                {title}, <Time value={notice.createdAt} />.{notice.isUnread && " Unread."} {notice.reason}
              </p>
            </li>
          );
        })}
      </ul>
    </Popover>
  );
}
