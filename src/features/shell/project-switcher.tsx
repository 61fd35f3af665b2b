"use client";

import { LayoutGrid, Plus } from "lucide-react";
import { Avatar } from "@/components/avatar";
import { SidebarButton } from "@/components/shell/sidebar-button";
import { DropdownMenu, MenuGroup, MenuLinkItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import type { Role } from "@/domain/access";

export type ShellProject = { id: string; name: string; isDemo: boolean; role: Role };

/** The menu at the top of the sidebar that shows the current project and switches to another project. */
export function ProjectSwitcher({ current, projects }: { current: ShellProject; projects: readonly ShellProject[] }) {
  return (
    <DropdownMenu
      trigger={
        <SidebarButton
          aria-label={`Project: ${current.name}`}
          icon={<Avatar name={current.name} isSquare />}
          title={current.name}
        />
      }
      align="start"
      className="max-w-72 min-w-54"
    >
      <MenuGroup label="Projects">
        {projects.map((project) => (
          <MenuLinkItem
            key={project.id}
            href={`/projects/${project.id}`}
            icon={<Avatar name={project.name} isSquare />}
            isCurrent={project.id === current.id}
          >
            {project.name}
          </MenuLinkItem>
        ))}
      </MenuGroup>
      <MenuSeparator />
      <MenuLinkItem href="/projects?new=true" icon={<Plus aria-hidden />}>
        New project
      </MenuLinkItem>
      <MenuLinkItem href="/projects" icon={<LayoutGrid aria-hidden />}>
        All projects
      </MenuLinkItem>
    </DropdownMenu>
  );
}
