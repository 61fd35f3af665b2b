import type { Role } from "@/domain/access";

export const roleOptions: readonly { value: Role; label: string; description: string }[] = [
  { value: "viewer", label: "Viewer", description: "Reads" },
  { value: "member", label: "Member", description: "Also triggers and actions" },
  { value: "admin", label: "Admin", description: "Also members, keys and secrets" },
  { value: "owner", label: "Owner", description: "Everything" },
];

export const getRoleLabel = (role: Role): string => roleOptions.find((option) => option.value === role)?.label ?? role;
