"use client";

import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useTRPC } from "@/lib/trpc/client";
import { InviteDialog } from "./invite-dialog";
import { OneTimeLinkDialog, type OneTimeLink } from "./one-time-link-dialog";
import { MemberList } from "./member-list";
import { OpenInvitationsCard } from "./open-invitations-card";
import { QueryErrorMessage } from "@/components/query-error-message";
import { TableSkeleton } from "@/components/table-skeleton";
import { useProject } from "./use-project";

export function MembersPage({ projectId, userId }: { projectId: string; userId: string }) {
  const trpc = useTRPC();
  const { may } = useProject(projectId);
  const members = useQuery(trpc.member.list.queryOptions({ projectId }));
  const [isInviting, setIsInviting] = useState(false);
  const [link, setLink] = useState<OneTimeLink | null>(null);
  if (members.isLoadingError)
    return <QueryErrorMessage message={members.error.message} onRetry={() => void members.refetch()} />;
  return (
    <div className="flex max-w-form-page flex-col gap-6">
      <Card
        title="Members"
        isFlush
        actions={
          <Button variant="primary" onClick={() => setIsInviting(true)}>
            <UserPlus aria-hidden /> Invite
          </Button>
        }
      >
        {members.data ? (
          <MemberList
            projectId={projectId}
            userId={userId}
            members={members.data}
            mayChangeOwners={may("owner:change")}
            onLink={setLink}
          />
        ) : (
          <TableSkeleton />
        )}
      </Card>
      <OpenInvitationsCard projectId={projectId} />
      <RoleGuide />
      <InviteDialog
        projectId={projectId}
        open={isInviting}
        onOpenChange={setIsInviting}
        mayInviteOwners={may("owner:change")}
        onLink={setLink}
      />
      <OneTimeLinkDialog link={link} onDone={() => setLink(null)} />
    </div>
  );
}

const guide: readonly [string, string][] = [
  ["Owner", "everything, also deleting the project and naming other owners"],
  ["Admin", "also members, event keys, secrets, retention and the audit log"],
  ["Member", "creates and edits triggers and actions; tests, resends and cancels"],
  ["Viewer", "reads; bodies only if the project’s settings say so"],
];

function RoleGuide() {
  return (
    <section>
      <h2 className="mb-2 text-base font-medium">Permissions of each role</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-sm">
        {guide.map(([role, text]) => (
          <div key={role} className="contents">
            <dt className="font-medium">{role}</dt>
            <dd className="text-muted">{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
