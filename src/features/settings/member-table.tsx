"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Avatar } from "@/components/avatar";
import { ConfirmButton } from "@/components/confirm-button";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Select } from "@/components/ui/select";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { toast } from "@/components/ui/toast";
import type { Role } from "@/domain/access";
import { useTRPC } from "@/lib/trpc/client";
import type { OneTimeLink } from "./link-once";
import { roleLabel, roleOptions } from "./roles";

export type Member = { userId: string; name: string; email: string; role: Role; joinedAt: Date };

type MemberTableProps = { projectId: string; userId: string; members: readonly Member[]; mayChangeOwners: boolean; onLink: (link: OneTimeLink) => void };

export function MemberTable({ members, ...rest }: MemberTableProps) {
  return (
    <Table>
      <thead>
        <Tr>
          <Th>Person</Th>
          <Th>Role</Th>
          <Th className="max-md:hidden">Joined</Th>
          <Th>
            <span className="sr-only">Manage</span>
          </Th>
        </Tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <MemberRow key={member.userId} member={member} {...rest} />
        ))}
      </tbody>
    </Table>
  );
}

function MemberRow({ projectId, userId, member, mayChangeOwners, onLink }: Omit<MemberTableProps, "members"> & { member: Member }) {
  const isMe = member.userId === userId;
  const mayChange = member.role !== "owner" || mayChangeOwners;
  return (
    <Tr>
      <Td>
        <div className="flex min-w-0 items-center gap-3">
          <span className="max-sm:hidden">
            <Avatar name={member.name} />
          </span>
          <div className="min-w-0">
            <p className="flex items-center gap-2 font-medium">
              {member.name} {isMe && <Badge tone="outline">You</Badge>}
            </p>
            <p className="text-xs break-all text-muted">{member.email}</p>
          </div>
        </div>
      </Td>
      <Td className="w-36">{mayChange ? <RoleSelect projectId={projectId} member={member} mayMakeOwners={mayChangeOwners} /> : roleLabel(member.role)}</Td>
      <Td className="whitespace-nowrap text-muted max-md:hidden">
        <Time value={member.joinedAt} />
      </Td>
      <Td>
        {!isMe && mayChange && (
          <div className="flex flex-wrap justify-end gap-1">
            <ResetButton projectId={projectId} member={member} onLink={onLink} />
            <RemoveButton projectId={projectId} member={member} />
          </div>
        )}
      </Td>
    </Tr>
  );
}

function RoleSelect({ projectId, member, mayMakeOwners }: { projectId: string; member: Member; mayMakeOwners: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const setRole = useMutation(
    trpc.member.setRole.mutationOptions({
      onSuccess: (_, { role }) => {
        toast.success(`${member.name} is ${roleLabel(role).toLowerCase()} now`);
        return Promise.all([queryClient.invalidateQueries(trpc.member.pathFilter()), queryClient.invalidateQueries(trpc.project.pathFilter())]);
      },
      onError: (error) => toast.error("The role was not changed", { description: error.message }),
    }),
  );
  const shown = setRole.isPending ? setRole.variables.role : member.role;
  return (
    <Select
      aria-label={`Role of ${member.name}`}
      options={roleOptions.map((option) => ({ ...option, isDisabled: option.value === "owner" && !mayMakeOwners }))}
      value={shown}
      disabled={setRole.isPending}
      onValueChange={(role) => role !== member.role && setRole.mutate({ projectId, userId: member.userId, role })}
    />
  );
}

function ResetButton({ projectId, member, onLink }: { projectId: string; member: Member; onLink: (link: OneTimeLink) => void }) {
  const trpc = useTRPC();
  const create = useMutation(
    trpc.accessLink.createPasswordReset.mutationOptions({
      onSuccess: ({ link, expiresAt }) => onLink({ title: `A password link for ${member.name}`, link, expiresAt }),
      onError: (error) => toast.error("No link was made", { description: error.message }),
    }),
  );
  return (
    <ConfirmButton
      variant="ghost"
      size="sm"
      title={`Make a password link for ${member.name}?`}
      description="Whoever opens it sets a new password for this account. Give it to nobody else. An older link stops working."
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
      onError: (error) => toast.error("The member was not removed", { description: error.message }),
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
