"use client";

import { useQuery } from "@tanstack/react-query";
import { LogOut, Server, Settings2 } from "lucide-react";
import { Avatar } from "@/components/avatar";
import { SidebarButton } from "@/components/shell/sidebar-button";
import { DropdownMenu, MenuItem, MenuLinkItem, MenuRadioGroup, MenuSeparator } from "@/components/ui/dropdown-menu";
import { toast } from "@/components/ui/toast";
import { themeChoices, useThemeChoice } from "@/components/use-theme-choice";
import { signOut } from "@/lib/sign-out";
import { useTRPC } from "@/lib/trpc/client";
import { FRAME_QUERY_OPTIONS } from "@/lib/trpc/frame-query-options";

/** The menu of the signed-in person: account, theme and sign-out, and for admins of the installation its engine. */
export function UserMenu({ user, side = "top" }: { user: { name: string; email: string }; side?: "top" | "bottom" }) {
  const trpc = useTRPC();
  const { data: me } = useQuery(trpc.account.me.queryOptions(undefined, FRAME_QUERY_OPTIONS));
  const { theme, chooseTheme } = useThemeChoice();
  const leave = async () => {
    // A full page load, not a client navigation, so that this person's data leaves the memory.
    if (await signOut()) window.location.assign("/sign-in");
    else toast.error("Could not sign out", { description: "The server does not answer. Try again." });
  };
  return (
    <DropdownMenu
      trigger={
        <SidebarButton
          aria-label={`Your menu: ${user.name}`}
          icon={<Avatar name={user.name} />}
          title={user.name}
          subtitle={user.email}
        />
      }
      align="start"
      side={side}
      className="min-w-52"
    >
      <MenuLinkItem href="/account" icon={<Settings2 aria-hidden />}>
        Account
      </MenuLinkItem>
      {me?.isInstallationAdmin && (
        <MenuLinkItem href="/engine" icon={<Server aria-hidden />}>
          Engine of this installation
        </MenuLinkItem>
      )}
      <MenuSeparator />
      <MenuRadioGroup label="Theme" options={themeChoices} value={theme.value} onValueChange={chooseTheme} />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void leave()}>
        Sign out
      </MenuItem>
    </DropdownMenu>
  );
}
