"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Avatar } from "@/components/avatar";
import { ButtonError } from "@/components/button-error";
import { ConfirmButton } from "@/components/confirm-button";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import type { Role } from "@/domain/access";
import { useTRPC } from "@/lib/trpc/client";
import type { OneTimeLink } from "./one-time-link-dialog";
import { getRoleLabel, roleOptions } from "./roles";

type Member = { userId: string; name: string; email: string; role: Role; joinedAt: Date };

type MemberListProps = {
  projectId: string;
  userId: string;
  members: readonly Member[];
  mayChangeOwners: boolean;
  onLink: (link: OneTimeLink) => void;
};

/** Lists the members of a project, with the commands that the signed-in person may use. */
export function MemberList({ members, ...rest }: MemberListProps) {
  return (
    <ul aria-label="Members">
      {members.map((member) => (
        <MemberRow key={member.userId} member={member} {...rest} />
      ))}
    </ul>
  );
}

function MemberRow({
  projectId,
  userId,
  member,
  mayChangeOwners,
  onLink,
}: Omit<MemberListProps, "members"> & { member: Member }) {
  const isMe = member.userId === userId;
  const mayChange = member.role !== "owner" || mayChangeOwners;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <div className="flex min-w-0 flex-1 basis-56 items-center gap-3">
        <Avatar name={member.name} />
        <div className="min-w-0">
          <p className="flex items-center gap-2 text-sm font-medium">
            {member.name} {isMe && <Badge tone="outline">You</Badge>}
          </p>
          <p className="text-xs break-words text-muted">
            {member.email}, joined <Time value={member.joinedAt} />
          </p>
        </div>
      </div>
      {!isMe && mayChange && (
        <div className="flex gap-1 max-sm:order-last">
          <ResetButton projectId={projectId} member={member} onLink={onLink} />
          <RemoveButton projectId={projectId} member={member} />
        </div>
      )}
      <div className="w-32 text-sm">
        {mayChange ? (
          <RoleSelect projectId={projectId} member={member} mayMakeOwners={mayChangeOwners} />
        ) : (
          getRoleLabel(member.role)
        )}
      </div>
    </li>
  );
}

function RoleSelect({
  projectId,
  member,
  mayMakeOwners,
}: {
  projectId: string;
  member: Member;
  mayMakeOwners: boolean;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const setRole = useMutation(
    trpc.member.setRole.mutationOptions({
      onSuccess: (_, { role }) => {
        toast.success(`${member.name} is ${getRoleLabel(role).toLowerCase()} now`);
        return Promise.all([
          queryClient.invalidateQueries(trpc.member.pathFilter()),
          queryClient.invalidateQueries(trpc.project.pathFilter()),
        ]);
      },
    }),
  );
  const shown = setRole.isPending ? setRole.variables.role : member.role;
  return (
    <>
      <Select
        aria-label={`Role of ${member.name}`}
        options={roleOptions.map((option) => ({ ...option, isDisabled: option.value === "owner" && !mayMakeOwners }))}
        value={shown}
        disabled={setRole.isPending}
        onValueChange={(role) => role !== member.role && setRole.mutate({ projectId, userId: member.userId, role })}
      />
      <ButtonError error={setRole.error} className="mt-1" />
    </>
  );
}

function ResetButton({
  projectId,
  member,
  onLink,
}: {
  projectId: string;
  member: Member;
  onLink: (link: OneTimeLink) => void;
}) {
  const trpc = useTRPC();
  const create = useMutation(
    trpc.accessLink.createPasswordReset.mutationOptions({
      onSuccess: ({ link, expiresAt }) => onLink({ title: `A password link for ${member.name}`, link, expiresAt }),
    }),
  );
  return (
    <ConfirmButton
      variant="ghost"
      size="sm"
      title={`Make a password link for ${member.name}?`}
      description={
        "The person who opens the link sets a new password for this account. Give it to nobody else. " +
        "An older link stops working."
      }
      confirmLabel="Make link"
      onConfirm={() => create.mutateAsync({ projectId, userId: member.userId })}
    >
      Password link
    </ConfirmButton>
  );
}

function RemoveButton({ projectId, member }: { projectId: string; member: Member }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.member.remove.mutationOptions({
      onSuccess: () => {
        toast.success(`${member.name} is no longer a member`);
        return queryClient.invalidateQueries(trpc.member.pathFilter());
      },
    }),
  );
  return (
    <ConfirmButton
      variant="danger-ghost"
      size="sm"
      title={`Remove ${member.name}?`}
      description="They lose access to this project at once. Their account and other projects stay."
      confirmLabel="Remove"
      isDanger
      onConfirm={() => remove.mutateAsync({ projectId, userId: member.userId })}
    >
      Remove
    </ConfirmButton>
  );
}
